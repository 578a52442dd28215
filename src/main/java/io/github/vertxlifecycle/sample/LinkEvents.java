package io.github.vertxlifecycle.sample;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that a link was made. Whoever consumes the event says when that is done: until then it is
 * work in flight, so that no stop loses it. A crash may.
 */
final class LinkEvents {

  static final String CREATED = "links.created";

  private static final Logger log = LoggerFactory.getLogger(LinkEvents.class);

  private static final int TRIES = 5;
  private static final long PAUSE_MILLIS = 200;

  private final Vertx vertx;
  private final EventBus bus;

  LinkEvents(Vertx vertx, EventBus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /**
   * Tells it.
   *
   * @return completes, never fails, when the event has been consumed or given up
   */
  Future<?> created(String code, Target target) {
    JsonObject event = new JsonObject().put("code", code).put("url", target.url());
    return send(event, TRIES)
        .onFailure(problem -> log.error("The event {} of link {} is lost", CREATED, code, problem))
        .otherwiseEmpty();
  }

  /** Sends it again where the answer says that nobody has begun with it: a node that stops, say. */
  private Future<?> send(JsonObject event, int tries) {
    return bus.request(CREATED, event)
        .recover(
            problem ->
                tries > 1
                        && problem instanceof ReplyException answer
                        && answer.failureType() == ReplyFailure.NO_HANDLERS
                    ? vertx
                        .timer(PAUSE_MILLIS)
                        .compose(v -> send(event.copy(), tries - 1))
                        .mapEmpty()
                    : Future.failedFuture(problem));
  }
}
