package io.github.vertxlifecycle.sample;

import io.github.vertxlifecycle.eventbus.Consumers;
import io.github.vertxlifecycle.eventbus.EventBusVerticle;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.net.URI;

/**
 * Consumes {@code links.created}, and notes for each link its host and the time. An event that
 * comes twice is noted once.
 */
final class LinkEventsVerticle extends EventBusVerticle {

  private static final String NOTE =
      "INSERT INTO link_events (code, host) VALUES ($1, $2) ON CONFLICT DO NOTHING";

  private Pool pool;

  /** Made by the application. */
  @SuppressWarnings("NullAway.Init") // set in prepare, before the first message
  LinkEventsVerticle() {}

  @Override
  protected Future<?> prepare() {
    pool = use(Pool.class);
    return Schema.createEvents(pool);
  }

  @Override
  protected void consumers(Consumers consumers) {
    consumers.concurrent(LinkEvents.CREATED, this::created);
  }

  private Future<Void> created(Message<JsonObject> event) {
    String code = event.body().getString("code");
    String host = URI.create(event.body().getString("url")).getHost();
    return pool.preparedQuery(NOTE).execute(Tuple.of(code, host)).mapEmpty();
  }
}
