package io.github.vertxlifecycle.sample;

import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.time.SystemClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sends an event for each link that was made. The consumer answers when it has handled the event;
 * until then the event is work in flight, so that no stop loses it, neither the sender's nor the
 * consumer's. A crash may lose it.
 */
final class LinkEvents {

  static final String CREATED = "links.created";

  private static final Logger log = LoggerFactory.getLogger(LinkEvents.class);

  private static final long PATIENCE_MILLIS = 30_000;
  private static final long PAUSE_MILLIS = 200;

  private final Vertx vertx;
  private final EventBus bus;
  private final FailureLog failures;

  LinkEvents(Vertx vertx, EventBus bus) {
    this.vertx = vertx;
    this.bus = bus;
    this.failures = new FailureLog(log, "http", SystemClock.instance());
  }

  /**
   * Sends the event of a new link.
   *
   * @return completes, never fails, when the event has been consumed or given up
   */
  Future<?> created(String code, Target target) {
    JsonObject event = new JsonObject().put("code", code).put("url", target.url());
    return send(event, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS))
        .onFailure(problem -> failures.failed(Level.ERROR, CREATED + " of link " + code, problem))
        .otherwiseEmpty();
  }

  /**
   * Sends the event again if the answer is that of a node that stops: no handler has begun with the
   * event, or the handler was cut. In the second case the event may come twice, and is noted once.
   */
  private Future<?> send(JsonObject event, long end) {
    long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    return bus.request(CREATED, event, new DeliveryOptions().setSendTimeout(left))
        .recover(
            problem ->
                isOfAStop(problem) && left > PAUSE_MILLIS
                    ? vertx.timer(PAUSE_MILLIS).compose(v -> send(event.copy(), end)).mapEmpty()
                    : Future.failedFuture(problem));
  }

  private static boolean isOfAStop(Throwable problem) {
    return problem instanceof ReplyException answer
        && (answer.failureType() == ReplyFailure.NO_HANDLERS
            || answer.failureType() == ReplyFailure.TIMEOUT);
  }
}
