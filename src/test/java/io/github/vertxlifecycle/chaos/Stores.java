package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.junit5.DependencyProxy;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A PostgreSQL and a Redis that can be disturbed, the proxies before them, and a view of their data
 * that does not go through the proxies.
 */
final class Stores implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;

  private final Vertx vertx = Vertx.vertx();
  final Store postgres;
  final Store redis;

  Stores(Path directory) throws IOException {
    postgres = new Store("postgres", directory, EmbeddedPostgresVerticle::new);
    redis = new Store("redis", directory, EmbeddedRedisVerticle::new);
  }

  /** One server and the proxy before it. */
  final class Store {
    private final Path home;
    private final int port = FreePorts.one();
    private final Supplier<Deployable> verticle;
    final DependencyProxy proxy = DependencyProxy.to(port);
    private String deployment;

    Store(String name, Path directory, Supplier<Deployable> verticle) throws IOException {
      this.home = Files.createDirectories(directory.resolve(name));
      this.verticle = verticle;
      start();
    }

    private void start() {
      JsonObject config = new JsonObject().put("port", port).put("dataDir", home.toString());
      deployment =
          await(vertx.deployVerticle(verticle.get(), new DeploymentOptions().setConfig(config)));
    }

    private List<ProcessHandle> processes() throws IOException {
      String pid = Files.readString(home.resolve("pid")).strip();
      List<ProcessHandle> all = new ArrayList<>();
      ProcessHandle.of(Long.parseLong(pid))
          .ifPresent(
              server -> {
                all.add(server);
                server.descendants().forEach(all::add);
              });
      return all;
    }

    void signal(String name) throws IOException, InterruptedException {
      List<String> command = new ArrayList<>(List.of("kill", "-" + name));
      processes().forEach(one -> command.add(Long.toString(one.pid())));
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }

    void kill() throws IOException, InterruptedException {
      signal("KILL");
    }

    /** Starts the server again on its data, after it was killed. */
    void restart() {
      await(vertx.undeploy(deployment).transform(gone -> Future.succeededFuture()));
      start();
    }

    Path home() {
      return home;
    }
  }

  /**
   * The configuration of a service that runs its own servers, with their data where the stores of
   * the given directory would have it.
   */
  static JsonObject ownServers(Path directory) throws IOException {
    int postgres = FreePorts.one();
    int redis = FreePorts.one();
    return new JsonObject()
        .put("embedded-postgres", own(directory, "postgres", postgres))
        .put("embedded-redis", own(directory, "redis", redis))
        .put("postgres", uri("postgresql://postgres@127.0.0.1:" + postgres + "/postgres"))
        .put("redis", uri("redis://127.0.0.1:" + redis));
  }

  private static JsonObject own(Path directory, String name, int port) {
    return new JsonObject().put("port", port).put("dataDir", directory.resolve(name).toString());
  }

  private static JsonObject uri(String uri) {
    return new JsonObject().put("uri", uri);
  }

  /** The configuration of a service that uses the stores through the proxies. */
  JsonObject config() {
    return new JsonObject()
        .put(
            "postgres",
            uri("postgresql://postgres@127.0.0.1:" + postgres.proxy.port() + "/postgres"))
        .put("redis", uri("redis://127.0.0.1:" + redis.proxy.port()));
  }

  private <T> T postgres(Function<PgConnection, Future<T>> look) {
    PgConnectOptions options =
        PgConnectOptions.fromUri("postgresql://postgres@127.0.0.1:" + postgres.port + "/postgres");
    return await(
        PgConnection.connect(vertx, options)
            .compose(connection -> look.apply(connection).eventually(() -> connection.close())));
  }

  private <T> T redis(Function<Redis, Future<T>> look) {
    Redis client = Redis.createClient(vertx, "redis://127.0.0.1:" + redis.port);
    return await(look.apply(client).eventually(client::close));
  }

  /** Empties both stores. */
  void clear() {
    postgres(connection -> connection.query("DROP TABLE IF EXISTS links, hit_batches").execute());
    redis(client -> client.send(Request.cmd(Command.FLUSHALL)));
  }

  Map<String, String> urls() {
    Map<String, String> urls = new HashMap<>();
    for (Row row : rows("SELECT code, url FROM links")) {
      urls.put(row.getString("code"), row.getString("url"));
    }
    return urls;
  }

  Map<String, Long> hits() {
    Map<String, Long> hits = new HashMap<>();
    for (Row row : rows("SELECT code, hits FROM links")) {
      hits.put(row.getString("code"), row.getLong("hits"));
    }
    return hits;
  }

  private RowSet<Row> rows(String sql) {
    return postgres(connection -> connection.query(sql).execute());
  }

  /** The number of connections to either server, without those of the test. */
  int connections() {
    int clients =
        rows("""
            SELECT count(*)::int AS others FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()""")
            .iterator()
            .next()
            .getInteger("others");
    String list = redis(client -> client.send(Request.cmd(Command.CLIENT).arg("LIST"))).toString();
    return clients + (int) list.lines().filter(line -> !line.contains(" cmd=client")).count();
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
  public void close() throws IOException {
    await(vertx.close());
    postgres.proxy.close();
    redis.proxy.close();
  }
}
