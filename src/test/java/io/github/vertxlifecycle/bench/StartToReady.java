package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.sample.LinksApp;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Prints the milliseconds from the first line of {@code main} until the links service is ready, or
 * until the same is started by hand: the same clients with the same first commands, the same
 * tables, two servers. And the processor time, which is that of the whole process.
 */
public final class StartToReady {

  private StartToReady() {}

  private static final class PlainHttp extends VerticleBase {
    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      router.post("/links").handler(BodyHandler.create(false)).handler(c -> c.response().end());
      router.get("/links/:code").handler(context -> context.response().end());
      router.get("/:code").handler(context -> context.response().end());
      return vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1");
    }
  }

  private static Future<?> byHand(Vertx vertx, String postgres, String redisUri) {
    Pool pool =
        PgBuilder.pool().connectingTo(PgConnectOptions.fromUri(postgres)).using(vertx).build();
    Redis redis = Redis.createClient(vertx, redisUri);
    return Future.join(pool.query("SELECT 1").execute(), redis.send(Request.cmd(Command.PING)))
        .compose(connected -> tables(pool))
        .compose(
            made -> vertx.deployVerticle(PlainHttp::new, new DeploymentOptions().setInstances(2)));
  }

  private static Future<?> tables(Pool pool) {
    return pool.withTransaction(
        connection ->
            connection
                .query("SELECT pg_advisory_xact_lock(7112026)")
                .execute()
                .compose(locked -> connection.query("SELECT 1").execute())
                .compose(links -> connection.query("SELECT 2").execute())
                .compose(batches -> connection.query("SELECT 3").execute()));
  }

  /**
   * Starts and ends.
   *
   * @param arguments {@code hand} or anything else, and the URIs of PostgreSQL and Redis
   */
  public static void main(String[] arguments) throws Exception {
    long began = System.nanoTime();
    Vertx vertx = Vertx.vertx();
    Future<?> ready =
        arguments[0].equals("hand")
            ? byHand(vertx, arguments[1], arguments[2])
            : vertx.deployVerticle(
                new LinksApp(),
                new DeploymentOptions()
                    .setConfig(
                        new JsonObject()
                            .put("postgres", new JsonObject().put("uri", arguments[1]))
                            .put("redis", new JsonObject().put("uri", arguments[2]))
                            .put(
                                "http", new JsonObject().put("host", "127.0.0.1").put("port", 0))));
    ready.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    System.out.println("millis=" + (System.nanoTime() - began) / 1e6);
    System.out.println(
        "processor="
            + ProcessHandle.current().info().totalCpuDuration().map(Duration::toMillis).orElse(0L));
    System.exit(0);
  }
}
