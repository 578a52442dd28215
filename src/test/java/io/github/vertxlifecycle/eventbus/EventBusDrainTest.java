package io.github.vertxlifecycle.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages of one node, and a stop between them. */
final class EventBusDrainTest {

  private final List<Object> begun = new CopyOnWriteArrayList<>();
  private final Queue<Promise<Object>> open = new ConcurrentLinkedQueue<>();
  private final Promise<EventBus> provided = Promise.promise();
  private final Promise<Context> userContext = Promise.promise();

  private TestApp app;

  /** Handles a message when the test says so. */
  private Future<Object> held(Message<Object> message) {
    Promise<Object> one = Promise.promise();
    open.add(one);
    begun.add(message.body());
    return one.future();
  }

  private static final class Bus extends EventBusVerticle {
    private final Consumer<Consumers> declare;

    Bus(Consumer<Consumers> declare) {
      this.declare = declare;
    }

    @Override
    protected void consumers(Consumers consumers) {
      declare.accept(consumers);
    }
  }

  /** A dependent that hands its bus to the test, and says something last when it stops. */
  private final class BusUser extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      provided.complete(use("bus", EventBus.class));
      userContext.complete(context);
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      vertx.eventBus().publish("last", "words");
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void close() {
    open.forEach(Promise::tryComplete);
    app.close();
  }

  private void start(JsonObject section, Consumer<Consumers> consumers) {
    app =
        new TestApp(
            components -> {
              components.add("bus", () -> new Bus(consumers));
              components.add("user", BusUser::new).dependsOn("bus");
            });
    Await.success(app.start(new JsonObject().put("bus", section)));
  }

  private void start(Consumer<Consumers> consumers) {
    start(new JsonObject(), consumers);
  }

  private Future<Object> request(String address, Object body) {
    return app.vertx().eventBus().request(address, body).map(Message::body);
  }

  private List<Future<Object>> requests(String address, int count) {
    List<Future<Object>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(request(address, i));
    }
    return all;
  }

  /** Waits until so many messages have come to the component, waiting or not. */
  private void awaitBegun(int count) {
    Await.until(() -> begun.size() == count);
  }

  private int inFlightWhenItDrains() {
    app.stop();
    return Await.success(app.draining("bus")).inFlight();
  }

  private void completeNext(Object answer) {
    Await.until(() -> !open.isEmpty());
    open.remove().complete(answer);
  }

  private static ReplyException refused(Future<?> request) {
    return (ReplyException) Await.failure(request);
  }

  @Test
  void handlesInOrderWhatWaitsWhenItDrains() {
    start(consumers -> consumers.ordered("orders", this::held));
    List<Future<Object>> requests = requests("orders", 5);
    awaitBegun(1);

    inFlightWhenItDrains();
    for (int i = 0; i < 5; i++) {
      assertThat(begun).hasSizeLessThanOrEqualTo(i + 1);
      completeNext("answer " + i);
      assertThat(Await.success(requests.get(i))).isEqualTo("answer " + i);
    }

    Await.success(app.stop());
    assertThat(begun).containsExactly(0, 1, 2, 3, 4);
    assertThat(app.stopped("bus").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void handlesSoManyAtOnce() {
    start(
        new JsonObject().put("concurrency", 3),
        consumers -> consumers.concurrent("work", this::held));
    List<Future<Object>> requests = requests("work", 5);
    awaitBegun(3);

    completeNext("x");
    awaitBegun(4);
    completeNext("x");
    awaitBegun(5);
    assertThat(open).hasSize(3);
    assertThat(inFlightWhenItDrains()).isEqualTo(3);
    open.forEach(one -> one.complete("x"));

    requests.forEach(Await::success);
    Await.success(app.stop());
    assertThat(app.stopped("bus").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void answersAtTheDeadlineWhatItCouldNotHandle() {
    start(
        new JsonObject().put("drainTimeout", "50ms"),
        consumers -> consumers.ordered("orders", this::held));
    List<Future<Object>> requests = requests("orders", 3);
    awaitBegun(1);

    Await.success(app.stop());

    assertThat(refused(requests.get(0)).failureType()).isEqualTo(ReplyFailure.TIMEOUT);
    for (Future<Object> waiting : requests.subList(1, 3)) {
      assertThat(refused(waiting).failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
      assertThat(waiting.cause())
          .hasMessageContaining("component \"bus\" does not handle orders: it is stopping");
    }
    assertThat(begun).containsExactly(0);
    assertThat(app.stopped("bus").outcome()).isEqualTo(Outcome.CUT);
    assertThat(app.stopped("bus").cut())
        .extracting(CutWork::what)
        .containsExactlyInAnyOrder("orders", "orders, waiting", "orders, waiting");
  }

  @Test
  void answersAtOnceWhoeverStillSendsWhileItDrains() {
    start(consumers -> consumers.ordered("orders", this::held));
    Future<Object> first = request("orders", 0);
    awaitBegun(1);
    inFlightWhenItDrains();

    Future<Object> late = request("orders", 1);

    assertThat(refused(late).failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
    completeNext("done");
    assertThat(Await.success(first)).isEqualTo("done");
    Await.success(app.stop());
    assertThat(refused(request("orders", 2)).failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
    assertThat(begun).containsExactly(0);
    assertThat(app.stopped("bus").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void nobodyWhoSendsAllTheTimeRunsIntoATimeout() {
    start(
        consumers ->
            consumers.concurrent("work", message -> Future.succeededFuture(message.body())));
    AtomicBoolean over = new AtomicBoolean();
    List<Future<List<Throwable>>> senders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Context context = app.vertx().getOrCreateContext();
      Promise<List<Throwable>> sender = Promise.promise();
      context.runOnContext(v -> ask(over, new ArrayList<>(), sender));
      senders.add(sender.future());
    }

    Await.success(app.stop());
    over.set(true);

    for (Future<List<Throwable>> sender : senders) {
      assertThat(Await.success(sender))
          .allSatisfy(
              problem ->
                  assertThat(((ReplyException) problem).failureType())
                      .isEqualTo(ReplyFailure.NO_HANDLERS));
    }
    assertThat(app.stopped("bus").outcome()).isEqualTo(Outcome.CLEAN);
  }

  private void ask(
      AtomicBoolean over, List<Throwable> failures, Promise<List<Throwable>> finished) {
    request("work", 1)
        .onComplete(
            answer -> {
              if (answer.failed()) {
                failures.add(answer.cause());
              }
              if (over.get()) {
                finished.complete(failures);
              } else {
                app.vertx()
                    .runOnContext(v -> ask(over, failures, finished)); // lets others have a turn
              }
            });
  }

  @Test
  void handlesWhatADependentPublishesLast() {
    List<Object> heard = new CopyOnWriteArrayList<>();
    start(
        consumers ->
            consumers.ordered(
                "last",
                message -> {
                  heard.add(message.body());
                  return Future.succeededFuture();
                }));

    Await.success(app.stop());

    assertThat(heard).containsExactly("words");
  }

  @Test
  void aRequestOfADependentIsInFlightUntilItsReply() {
    start(consumers -> {});
    app.vertx()
        .eventBus()
        .consumer("elsewhere", message -> held(message).onSuccess(message::reply));
    Promise<Message<Object>> reply = Promise.promise();
    Context context = Await.success(userContext.future());
    EventBus bus = Await.success(provided.future());
    context.runOnContext(v -> bus.request("elsewhere", 1).onComplete(reply));
    awaitBegun(1);
    assertThat(inFlightWhenItDrains()).isEqualTo(1);

    completeNext("answer");

    assertThat(Await.success(reply.future()).body()).isEqualTo("answer");
    Await.success(app.stop());
    assertThat(app.stopped("bus").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void aHandlerThatFailsAnswersToo() {
    start(
        consumers ->
            consumers
                .ordered("fails", message -> Future.failedFuture("no such order"))
                .ordered(
                    "throws",
                    message -> {
                      throw new IllegalStateException("oops");
                    })
                .ordered("null", message -> null)
                .ordered("no codec", message -> Future.succeededFuture(new Object()))
                .ordered(
                    "no copy",
                    message -> Future.succeededFuture(new JsonObject().put("inside", new Object())))
                .ordered(
                    "asks with no copy",
                    message -> message.replyAndRequest(new JsonObject().put("in", new Object())))
                .ordered(
                    "code",
                    message ->
                        Future.failedFuture(
                            new ReplyException(ReplyFailure.RECIPIENT_FAILURE, 42, "given")))
                .ordered(
                    "itself",
                    message -> {
                      message.reply("mine");
                      return Future.succeededFuture("not this");
                    })
                .ordered(
                    "itself, failed",
                    message -> {
                      message.fail(7, "mine");
                      return Future.failedFuture("not this");
                    }));

    assertThat(refused(request("fails", 0))).hasMessageContaining("no such order");
    assertThat(refused(request("throws", 0))).hasMessageContaining("oops");
    assertThat(refused(request("null", 0))).hasMessageContaining("handler of null returned null");
    assertThat(refused(request("no codec", 0))).hasMessageContaining("cannot be sent");
    assertThat(refused(request("no copy", 0))).hasMessageContaining("cannot be sent");
    assertThat(refused(request("no copy", 0))).hasMessageContaining("cannot be sent"); // not jammed
    assertThat(refused(request("asks with no copy", 0)).failureType())
        .isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
    assertThat(refused(request("code", 0)).failureCode()).isEqualTo(42);
    assertThat(Await.success(request("itself", 0))).isEqualTo("mine");
    assertThat(refused(request("itself, failed", 0)).failureCode()).isEqualTo(7);
    Await.success(app.stop());
    assertThat(app.stopped("bus").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void turnsAwayWhatComesWhenTooManyWait() {
    start(
        consumers ->
            consumers.ordered(
                new MessageConsumerOptions().setAddress("orders").setMaxBufferedMessages(2),
                this::held));
    List<Future<Object>> requests = requests("orders", 4);

    ReplyException tooMany = refused(requests.get(3));

    assertThat(tooMany.failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
    assertThat(tooMany).hasMessageContaining("component \"bus\" has 2 messages of orders waiting");
    for (int i = 0; i < 3; i++) {
      completeNext(i);
      assertThat(Await.success(requests.get(i))).isEqualTo(i);
    }
  }

  @Test
  void saysWhatIsWrongInItsSection() {
    app = new TestApp(components -> components.add("bus", EventBusVerticle::new));

    assertThat(
            Await.failure(
                app.start(
                    new JsonObject()
                        .put(
                            "bus",
                            new JsonObject()
                                .put("concurrency", 0)
                                .put("linger", "soon")
                                .put("lingers", "1s")))))
        .hasMessageContaining("bus.concurrency: must be from 1 to 100000, not 0")
        .hasMessageContaining("bus.linger: \"soon\" is not a duration")
        .hasMessageContaining("bus.lingers: unknown key; did you mean linger?");
  }

  @Test
  void doesNotLingerAsLongAsItsDrainMayTake() {
    app = new TestApp(components -> components.add("bus", EventBusVerticle::new));

    assertThat(
            Await.failure(
                app.start(
                    new JsonObject()
                        .put(
                            "bus",
                            new JsonObject().put("linger", "2s").put("drainTimeout", 2000)))))
        .hasMessageContaining("bus.linger: must be less than drainTimeout, which is 2 s");
  }

  @Test
  void oneComponentConsumesAnAddressOnce() {
    app =
        new TestApp(
            components ->
                components.add(
                    "bus",
                    () ->
                        new Bus(
                            consumers ->
                                consumers
                                    .ordered("orders", this::held)
                                    .concurrent("orders", this::held))));

    assertThat(Await.failure(app.start(new JsonObject())))
        .hasMessageContaining("two consumers of \"orders\" in one component");
  }
}
