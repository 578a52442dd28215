package io.github.vertxlifecycle.sample;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.junit5.ApplicationCommand;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A real PostgreSQL and a real Redis, and a view of their data that does not go through the
 * service.
 */
final class Servers implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;

  private final Vertx vertx = Vertx.vertx();
  final Pool pool;
  final Redis redis;
  private final EmbeddedPostgresVerticle postgres = new EmbeddedPostgresVerticle();
  private final EmbeddedRedisVerticle redisServer = new EmbeddedRedisVerticle();

  Servers() {
    await(
        Future.join(
            vertx.deployVerticle(postgres, new DeploymentOptions()),
            vertx.deployVerticle(redisServer, new DeploymentOptions())));
    pool = PgBuilder.pool().connectingTo(postgresUri()).using(vertx).build();
    redis = Redis.createClient(vertx, redisUri());
  }

  String postgresUri() {
    return postgres.uri().toString();
  }

  String redisUri() {
    return redisServer.uri().toString();
  }

  /** The configuration of a service that uses these servers, on any free port. */
  JsonObject config() {
    return new JsonObject()
        .put("postgres", new JsonObject().put("uri", postgresUri()))
        .put("redis", new JsonObject().put("uri", redisUri()))
        .put("http", new JsonObject().put("host", "127.0.0.1").put("port", 0));
  }

  /** The service on these servers, to be started. */
  ApplicationCommand links() {
    return links(config());
  }

  /** The service with another configuration. */
  static ApplicationCommand links(JsonObject config) {
    return ApplicationProcess.of(LinksApp.class).config(config.encode());
  }

  /** Empties both servers. */
  void clear() {
    await(pool.query("DROP TABLE IF EXISTS links, hit_batches, link_events").execute());
    await(redis.send(Request.cmd(Command.FLUSHALL)));
  }

  Map<String, String> urls() {
    Map<String, String> urls = new HashMap<>();
    for (Row row : await(pool.query("SELECT code, url FROM links").execute())) {
      urls.put(row.getString("code"), row.getString("url"));
    }
    return urls;
  }

  Map<String, Long> hits() {
    Map<String, Long> hits = new HashMap<>();
    for (Row row : await(pool.query("SELECT code, hits FROM links").execute())) {
      hits.put(row.getString("code"), row.getLong("hits"));
    }
    return hits;
  }

  Set<String> noted() {
    Set<String> codes = new HashSet<>();
    for (Row row : await(pool.query("SELECT code FROM link_events").execute())) {
      codes.add(row.getString("code"));
    }
    return codes;
  }

  static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    await(pool.close());
    await(redis.close());
    await(vertx.close());
  }
}
