package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
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
    } else {
      app.add("answers", Answers::new);
    }
  }

  /** Answers each number with itself, a little later. */
  static final class Answers extends EventBusVerticle {

    private boolean asked;

    @Override
    protected void consumers(Consumers consumers) {
      consumers.concurrent(AT_ONCE, this::answer).ordered(ORDERED, this::answer);
    }

    private Future<Object> answer(Message<Integer> message) {
      if (!asked) {
        asked = true;
        log.info("{}: asked for the first time", name());
      }
      int number = message.body();
      return number % 16 < 14
          ? Future.succeededFuture(number)
          : vertx.timer(1 + number % 5).map(number);
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
        track("asking", ask());
      }
      return Future.succeededFuture();
    }

    private Future<Void> ask() {
      if (stopping) {
        return Future.succeededFuture();
      }
      int number = asked++;
      return bus.<Integer>request(
              number % 2 == 0 ? AT_ONCE : ORDERED,
              number,
              new DeliveryOptions().setSendTimeout(config().getLong("timeout")))
          .transform(
              answer -> {
                if (answer.succeeded() && answer.result().body() == number) {
                  answered++;
                } else {
                  failed(number, answer.cause());
                }
                // not at once: a chain that never leaves its event loop would starve it
                return vertx.timer(answer.succeeded() ? 1 : 20).compose(next -> ask());
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
