package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of a cluster: one that answers, or one that asks as fast as it is answered and counts
 * how.
 */
public final class NodeApp extends RootVerticle {

  private static final Logger log = LoggerFactory.getLogger(NodeApp.class);

  static final String AT_ONCE = "work.at-once";
  static final String ORDERED = "work.ordered";

  @Override
  protected void components(Components app) {
    if (app.config().containsKey("asker")) {
      app.add("bus", EventBusVerticle::new);
      app.add("asker", Asker::new).dependsOn("bus");
    } else if (app.config().containsKey("bare")) {
      app.add("bare", BareEcho::new);
    } else {
      app.add("answers", EchoComponent::new);
    }
  }

  /** Answers each number with itself, some a little later. */
  private static final class Echo implements Function<Message<Integer>, Future<?>> {

    private final Vertx vertx;
    private boolean asked;

    Echo(Vertx vertx) {
      this.vertx = vertx;
    }

    @Override
    public Future<?> apply(Message<Integer> message) {
      if (!asked) {
        asked = true;
        log.info("asked for the first time");
      }
      int number = message.body();
      return number % 16 < 14
          ? Future.succeededFuture(number)
          : vertx.timer(1 + number % 5).map(number);
    }
  }

  /** Consumes with the component. */
  static final class EchoComponent extends EventBusVerticle {
    @Override
    protected void consumers(Consumers consumers) {
      Echo answer = new Echo(vertx);
      consumers.concurrent(AT_ONCE, answer).ordered(ORDERED, answer);
    }
  }

  /** Consumes as Vert.x alone does. */
  static final class BareEcho extends VerticleBase {
    @Override
    public Future<?> start() {
      Echo answer = new Echo(vertx);
      return Future.all(
          Stream.of(AT_ONCE, ORDERED)
              .map(
                  address ->
                      vertx
                          .eventBus()
                          .<Integer>consumer(
                              address, message -> answer.apply(message).onSuccess(message::reply))
                          .completion())
              .toList());
    }
  }

  /** Keeps so many requests in flight, each answered one followed by the next. */
  static final class Asker extends LifecycleVerticle {

    private static final int IN_FLIGHT = 64;

    private final Map<String, Integer> failures = new TreeMap<>();
    private EventBus bus;
    private int asked;
    private int answered;
    private boolean stopping;

    @Override
    protected Future<?> onStart() {
      bus = use("bus", EventBus.class);
      for (int i = 0; i < IN_FLIGHT; i++) {
        Promise<Void> over = Promise.promise();
        track("asking", over.future());
        ask(over);
      }
      return Future.succeededFuture();
    }

    private void ask(Promise<Void> over) {
      if (stopping) {
        over.complete();
        return;
      }
      int number = asked++;
      bus.<Integer>request(
              number % 2 == 0 ? AT_ONCE : ORDERED,
              number,
              new DeliveryOptions().setSendTimeout(config().getLong("timeout")))
          .onComplete(
              answer -> {
                if (answer.succeeded() && answer.result().body() == number) {
                  answered++;
                } else {
                  failed(number, answer.cause());
                }
                // not at once: a loop that never leaves its event loop would starve it
                vertx.setTimer(answer.succeeded() ? 1 : 20, next -> ask(over));
              });
    }

    private void failed(int number, Throwable cause) {
      String kind =
          cause instanceof ReplyException reply
              ? reply.failureType().name()
              : String.valueOf(cause);
      failures.merge(kind, 1, Integer::sum);
      log.warn("request {} failed: {}", number, String.valueOf(cause));
    }

    @Override
    protected Future<?> onDrain() {
      stopping = true;
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      log.info(
          "counted {}",
          new JsonObject()
              .put("asked", asked)
              .put("answered", answered)
              .put("failures", new JsonObject(Map.copyOf(failures))));
      return Future.succeededFuture();
    }
  }
}
