package io.github.vertxlifecycle.eventbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.XmlConfigBuilder;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.vertx.Clusters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes of a cluster in one JVM; one stops, the other may not know yet. */
@Tag("integration")
final class InClusterTest {

  private static final JsonObject SOON = new JsonObject().put("linger", "1ms");

  private static Vertx here;
  private static Vertx there;

  private final Promise<Message<String>> came = Promise.promise();
  private final Promise<Object> answer = Promise.promise();

  private final List<MessageConsumer<?>> strangers = new ArrayList<>();
  private TestApp app;
  private TestApp other;

  private Future<Object> held(Message<String> message) {
    return came.tryComplete(message)
        ? answer.future()
        : Future.succeededFuture("at once: " + message.body());
  }

  private final class Answers extends EventBusVerticle {
    @Override
    protected void consumers(Consumers consumers) {
      consumers.concurrent("work", InClusterTest.this::held);
    }
  }

  /** Says what is no JSON, and what can be neither copied nor encoded therefore. */
  private static final class AnswersNoJson extends EventBusVerticle {
    private static JsonObject noJson() {
      return new JsonObject().put("inside", new Object());
    }

    @Override
    protected void consumers(Consumers consumers) {
      consumers
          .ordered("work", message -> Future.succeededFuture(noJson()))
          .ordered("asks", message -> message.replyAndRequest(noJson()));
    }
  }

  /** Hands its bus to the test. */
  private static final class Sends extends LifecycleVerticle {
    private final Promise<EventBus> bus;

    Sends(Promise<EventBus> bus) {
      this.bus = bus;
    }

    @Override
    protected Future<?> onStart() {
      bus.complete(use("bus", EventBus.class));
      return Future.succeededFuture();
    }
  }

  private static final class AlsoAnswers extends EventBusVerticle {
    @Override
    protected void consumers(Consumers consumers) {
      consumers.ordered("work", message -> Future.succeededFuture("also"));
    }
  }

  /** Drains when the test says so. */
  private static final class Drains extends LifecycleVerticle {
    private final Future<?> drained;

    Drains(Future<?> drained) {
      this.drained = drained;
    }

    @Override
    protected Future<?> onDrain() {
      return drained;
    }
  }

  @BeforeAll
  static void join() throws Exception {
    Cluster cluster = new Cluster("in-one-jvm", 2);
    here = node(cluster.hazelcast(0));
    there = node(cluster.hazelcast(1));
    Await.until(
        ((HazelcastClusterManager) manager(there)).getHazelcastInstance().getPartitionService()
            ::isClusterSafe);
  }

  @AfterAll
  static void leave() {
    Await.success(here.close());
    Await.success(there.close());
  }

  private static Vertx node(String xml) {
    var hazelcast =
        new XmlConfigBuilder(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
            .build();
    return Await.success(
        Vertx.builder()
            .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
            .withClusterManager(new HazelcastClusterManager(hazelcast))
            .buildClustered());
  }

  @AfterEach
  void clear() {
    answer.tryComplete();
    Await.success(app.stop());
    strangers.forEach(stranger -> Await.success(stranger.unregister()));
    forget(deception());
    known().forEach(InClusterTest::forget);
  }

  private static void forget(RegistrationInfo entry) {
    Promise<Void> forgotten = Promise.promise();
    manager(there).removeRegistration("work", entry, forgotten);
    Await.success(forgotten.future());
  }

  private void start(JsonObject section) {
    app = new TestApp(here, components -> components.add("answers", Answers::new));
    Await.success(app.start(new JsonObject().put("answers", section)));
  }

  private static ClusterManager manager(Vertx vertx) {
    return Clusters.manager(vertx);
  }

  /** What the other node would find if it asked now. */
  private static List<RegistrationInfo> known() {
    return known(there);
  }

  private static List<RegistrationInfo> known(Vertx node) {
    Promise<List<RegistrationInfo>> known = Promise.promise();
    manager(node).getRegistrations("work", known);
    return Await.success(known.future());
  }

  /** Makes the other node believe, as one that has not heard yet, that there is a consumer here. */
  private void deceive() {
    Promise<Void> added = Promise.promise();
    manager(there).addRegistration("work", deception(), added);
    Await.success(added.future());
  }

  private static RegistrationInfo deception() {
    return new RegistrationInfo(manager(here).getNodeId(), 1_000_000, false);
  }

  private Future<Object> request(String body) {
    return there.eventBus().request("work", body).map(Message::body);
  }

  @Test
  void takesItselfOutOfTheClusterAndHandlesWhatStillComes() {
    start(SOON);
    Future<Object> first = request("first");
    Await.success(came.future());
    app.stop();
    Await.until(() -> known().isEmpty());
    deceive();

    assertThat(Await.success(request("late"))).isEqualTo("at once: late");
    answer.complete("done");

    assertThat(Await.success(first)).isEqualTo("done");
    Await.success(app.stop());
    assertThat(app.stopped("answers").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void tellsTheClusterAgainAsLongAsOtherNodesSend() {
    answer.complete("done");
    start(new JsonObject().put("linger", "50ms"));
    RegistrationInfo entry = known().get(0);
    Future<Void> stopped = app.stop();
    Await.until(() -> known().isEmpty());
    Promise<Void> back = Promise.promise();
    manager(there).addRegistration("work", entry, back); // as if the cluster had lost the news

    while (!stopped.isComplete()) {
      request("and another");
      Await.success(there.timer(1));
    }

    assertThat(app.stopped("answers").outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(known()).isEmpty();
    forget(entry);
  }

  @Test
  void answersWhatComesWhenItHasDrainedAlready() {
    Promise<Void> released = Promise.promise();
    Promise<Void> releasing = Promise.promise();
    app =
        new TestApp(
            here,
            components ->
                components.add(
                    "answers",
                    () ->
                        new EventBusVerticle() {
                          @Override
                          protected void consumers(Consumers consumers) {
                            consumers.concurrent("work", InClusterTest.this::held);
                          }

                          @Override
                          Future<?> endConsumers() {
                            releasing.complete();
                            return released.future().compose(v -> super.endConsumers());
                          }
                        }));
    Await.success(
        app.start(new JsonObject().put("answers", SOON.copy().put("releaseTimeout", "20s"))));
    app.stop();
    Await.success(releasing.future());
    deceive();

    Throwable problem = Await.failure(request("late"));

    assertThat(((ReplyException) problem).failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
    assertThat(problem).hasMessageContaining("component \"answers\" does not handle work");
    released.complete();
    Await.success(app.stop());
  }

  @Test
  void leavesTheOtherConsumersOfAnAddressAlone() {
    app =
        new TestApp(
            here,
            components -> {
              components.add("also", AlsoAnswers::new).instances(2);
              components.add("answers", Answers::new).dependsOn("also").instances(2);
            });
    Await.success(app.start(new JsonObject().put("answers", SOON).put("also", SOON)));
    assertThat(known()).hasSize(4);
    strangers.add(here.eventBus().consumer("work", message -> message.reply("foreign")));
    Await.until(() -> known().size() == 5);
    while (!came.future().isComplete()) { // until one comes to where it is held
      Await.success(Future.any(request("any"), came.future()));
    }

    app.stop();
    Await.until(() -> known().size() == 3);
    answer.complete("done");

    Await.success(app.stop());
    assertThat(known()).hasSize(1);
  }

  @Test
  void aRequestFromThisNodeIsAnsweredWhileOthersHearOfTheStop() {
    start(new JsonObject().put("linger", "1h"));
    deceive(); // nobody left at all is a race that Vert.x loses: it forgets who looks it up then
    app.stop();
    Await.success(app.draining("answers"));

    Future<Object> late = here.eventBus().<Object>request("work", "x").map(Message::body);
    answer.complete("done");

    assertThat(Await.success(late)).isEqualTo("done");
    app.escalate();
    Await.success(app.stop());
  }

  @Test
  void waitsUntilAReplyIsWrittenToANodeThatMustBeConnectedFirst() throws Exception {
    Cluster cluster = new Cluster("reply", 2); // of their own: members that go stir up the others
    Vertx asking = node(cluster.hazelcast(0));
    Vertx leaving = node(cluster.hazelcast(1)); // has never written to the other
    app = new TestApp(leaving, components -> components.add("answers", Answers::new));
    Await.success(app.start(new JsonObject().put("answers", SOON)));
    Future<Object> request = asking.eventBus().<Object>request("work", "only").map(Message::body);
    Await.success(came.future());
    Future<Void> stopped = app.stop();
    Await.until(() -> known(asking).isEmpty());
    CountDownLatch mayConnect = new CountDownLatch(1);
    keepWorkersBusy(leaving, mayConnect);

    answer.complete("done");
    Await.success(there.timer(300)); // too short at worst: then this would notice nothing
    assertThat(app.events()).noneMatch(LifecycleEvent.ComponentReleasing.class::isInstance);
    mayConnect.countDown();
    Await.success(stopped);
    Await.success(leaving.close());

    assertThat(Await.success(request)).isEqualTo("done");
    Await.success(asking.close());
  }

  @Test
  void waitsUntilAMessageIsWrittenToANodeThatMustBeConnectedFirst() throws Exception {
    Cluster cluster = new Cluster("message", 2); // of their own: members that go stir up the others
    Vertx hearing = node(cluster.hazelcast(0));
    Vertx leaving = node(cluster.hazelcast(1)); // has never written to the other
    Promise<EventBus> bus = Promise.promise();
    app =
        new TestApp(
            leaving,
            components -> {
              components.add("bus", EventBusVerticle::new);
              components.add("sends", () -> new Sends(bus)).dependsOn("bus");
            });
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    MessageConsumer<String> hears =
        hearing.eventBus().consumer("news", message -> heard.add(message.body()));
    Await.success(hears.completion());
    Await.success(app.start(new JsonObject().put("bus", SOON)));
    Promise<List<RegistrationInfo>> known = Promise.promise();
    manager(leaving).getRegistrations("news", known);
    assertThat(Await.success(known.future())).hasSize(1);
    CountDownLatch mayConnect = new CountDownLatch(1);
    keepWorkersBusy(leaving, mayConnect);
    Await.success(bus.future()).send("news", "sent").publish("news", "published");
    Await.success(bus.future()).sender("news").write("produced");

    app.stop();
    LifecycleEvent.ComponentDraining draining = Await.success(app.draining("bus"));
    mayConnect.countDown();
    Await.success(app.stop());
    Await.success(leaving.close());

    assertThat(draining.inFlight()).isEqualTo(3);
    Await.until(() -> heard.size() == 3);
    assertThat(heard).containsExactly("sent", "published", "produced");
    assertThat(app.stopped("bus").outcome()).isEqualTo(Outcome.CLEAN);
    Await.success(hearing.close());
  }

  @Test
  void anAnswerThatCannotBeSentIsSaidToBeSo() {
    app =
        new TestApp(
            here,
            components -> {
              components.add("bus", EventBusVerticle::new);
              components.add("answers", AnswersNoJson::new);
            });
    Await.success(app.start(new JsonObject().put("answers", SOON).put("bus", SOON)));

    for (Vertx asker : List.of(there, here, there)) {
      assertThat(Await.failure(asker.eventBus().request("work", "x")))
          .hasMessageContaining("the handler's answer cannot be sent");
      assertThat(((ReplyException) Await.failure(asker.eventBus().request("asks", "x"))))
          .extracting(ReplyException::failureType)
          .isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
    }

    Await.success(app.stop());
    assertThat(app.stopped("answers").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void whatCannotBeSentIsThrownToWhoeverSendsIt() {
    Promise<EventBus> bus = Promise.promise();
    app =
        new TestApp(
            here,
            components -> {
              components.add("bus", EventBusVerticle::new);
              components.add("sends", () -> new Sends(bus)).dependsOn("bus");
            });
    Await.success(app.start(new JsonObject().put("bus", SOON)));
    MessageConsumer<?> hears = here.eventBus().localConsumer("news", message -> {});
    Await.success(hears.completion());
    DeliveryOptions local = new DeliveryOptions().setLocalOnly(true);
    EventBus tracked = Await.success(bus.future());

    assertThatThrownBy(() -> tracked.send("news", new Object(), local))
        .hasMessageContaining("No message codec");
    assertThatThrownBy(() -> tracked.publish("news", AnswersNoJson.noJson(), local))
        .hasMessageContaining("Illegal type");

    Await.success(app.stop());
    assertThat(app.stopped("bus").outcome()).isEqualTo(Outcome.CLEAN);
    Await.success(hears.unregister());
  }

  /** Looking up where a node is needs one of them. */
  private static void keepWorkersBusy(Vertx vertx, CountDownLatch until) {
    for (int i = 0; i < VertxOptions.DEFAULT_WORKER_POOL_SIZE; i++) {
      vertx.executeBlocking(() -> until.await(1, TimeUnit.MINUTES), false);
    }
  }

  @Test
  void doesNotLingerAlone() throws IOException {
    Vertx alone = node(new Cluster("alone", 1).hazelcast(0));
    try {
      app = new TestApp(alone, components -> components.add("answers", Answers::new));
      Await.success(
          app.start(new JsonObject().put("answers", new JsonObject().put("linger", "1h"))));

      Await.success(app.stop());

      assertThat(app.stopped("answers").outcome()).isEqualTo(Outcome.CLEAN);
    } finally {
      Await.success(alone.close());
    }
  }

  @Test
  void oneNodeDrainsAtATime() {
    Promise<Void> drained = Promise.promise();
    JsonObject config =
        new JsonObject().put("lifecycle", new JsonObject().put("drainLock", "deploy"));
    app =
        new TestApp(here, components -> components.add("one", () -> new Drains(drained.future())));
    other =
        new TestApp(
            there, components -> components.add("two", () -> new Drains(Future.succeededFuture())));
    Await.success(app.start(config));
    Await.success(other.start(config));

    app.stop();
    Await.success(app.draining("one"));
    Future<Void> second = other.stop();
    Await.until(() -> there("StopBegan"));
    assertThat(other.draining("two").isComplete()).isFalse();
    drained.complete();

    Await.success(second);
    Await.success(app.stop());
    assertThat(other.stopped("two").outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(monotonic(app, LifecycleEvent.Stopped.class))
        .isLessThan(monotonic(other, LifecycleEvent.AnnounceEnded.class));
  }

  private boolean there(String event) {
    return other.events().stream().anyMatch(one -> one.getClass().getSimpleName().equals(event));
  }

  private static long monotonic(TestApp app, Class<? extends LifecycleEvent> type) {
    return app.events().stream().filter(type::isInstance).findFirst().orElseThrow().at();
  }

  @Test
  void aLockThatNobodyGivesBackDoesNotHangTheStop() {
    Lock dead = Await.success(there.sharedData().getLock("deploy"));
    app =
        new TestApp(
            here, components -> components.add("one", () -> new Drains(Future.succeededFuture())));
    Await.success(
        app.start(
            new JsonObject()
                .put(
                    "lifecycle",
                    new JsonObject().put("drainLock", "deploy").put("stopTimeout", "4s"))));

    Await.success(app.stop());

    assertThat(app.stopped("one").outcome()).isEqualTo(Outcome.CLEAN);
    dead.release();
  }
}
