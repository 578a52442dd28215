package io.github.vertxlifecycle.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.devservices.RedisProcess;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of one, and a master with one sentinel. */
@Tag("integration")
final class RedisModesTest {

  private static final String READY = "eady to accept connections";

  @TempDir Path directory;

  private final int port = port();
  private final Vertx outside = Vertx.vertx();
  private final Redis admin = Redis.createClient(outside, "redis://127.0.0.1:" + port);
  private final Promise<Redis> redis = Promise.promise();
  private final Promise<RedisCluster> cluster = Promise.promise();
  private final TestApp app =
      new TestApp(
          components -> {
            components.add("redis", RedisVerticle::new);
            components.add("user", RedisUser::new).dependsOn("redis");
          });

  private final class RedisUser extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      redis.complete(use("redis", Redis.class));
      try {
        cluster.complete(use("redis", RedisCluster.class));
      } catch (IllegalStateException e) {
        cluster.fail(e);
      }
      return Future.succeededFuture();
    }
  }

  /** The nodes of a cluster talk to each other on a port ten thousand higher. */
  private static int port() {
    int free = FreePorts.one();
    return free <= 55_535 ? free : port();
  }

  @AfterEach
  void close() {
    app.close();
    Await.success(outside.close());
  }

  private List<String> arguments(String... more) {
    return Stream.concat(
            Stream.of("--bind", "127.0.0.1", "--port", "" + port, "--dir", directory.toString()),
            Stream.of(more))
        .toList();
  }

  /** A blocking command is in flight at the stop, and is answered. */
  private void answersACommandInFlight() {
    Redis client = Await.success(redis.future());
    Await.success(client.send(Request.cmd(Command.SET, "a", "1")));
    Future<Response> pop = client.send(Request.cmd(Command.BLPOP, "queue", 0));
    Future<Void> stopped = app.stop();
    assertThat(Await.success(app.draining("redis")).inFlight()).isEqualTo(1);

    Await.success(admin.send(Request.cmd(Command.RPUSH, "queue", "x")));

    assertThat(Await.success(pop).get(1).toString()).isEqualTo("x");
    Await.success(stopped);
    assertThat(app.stopped("redis").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void aCluster() throws Exception {
    try (RedisProcess node =
        RedisProcess.start(directory, READY, arguments("--cluster-enabled", "yes"))) {
      assertThat(node).isNotNull();
      Request addSlots = Request.cmd(Command.CLUSTER).arg("ADDSLOTS");
      IntStream.range(0, 16_384).forEach(addSlots::arg);
      Await.success(admin.send(addSlots));

      Await.success(
          app.start(
              new JsonObject()
                  .put(
                      "redis",
                      new JsonObject()
                          .put("uri", "redis://127.0.0.1:" + port)
                          .put("mode", "cluster"))));

      assertThat(
              Await.success(
                  Await.success(cluster.future()).onAllMasterNodes(Request.cmd(Command.PING))))
          .hasSize(1);
      answersACommandInFlight();
    }
  }

  @Test
  void aMasterBehindASentinel() throws Exception {
    int sentinelPort = FreePorts.one();
    Path sentinelHome = Files.createDirectory(directory.resolve("sentinel"));
    Path sentinelConf = sentinelHome.resolve("sentinel.conf");
    Files.writeString(
        sentinelConf,
        "bind 127.0.0.1\nport %d\nsentinel monitor main 127.0.0.1 %d 1\n"
            .formatted(sentinelPort, port));
    try (RedisProcess master = RedisProcess.start(directory, READY, arguments());
        RedisProcess sentinel =
            RedisProcess.start(
                sentinelHome, "+monitor", List.of(sentinelConf.toString(), "--sentinel"))) {
      assertThat(List.of(master, sentinel)).doesNotContainNull();

      Await.success(
          app.start(
              new JsonObject()
                  .put(
                      "redis",
                      new JsonObject()
                          .put("uris", new JsonArray().add("redis://127.0.0.1:" + sentinelPort))
                          .put("mode", "sentinel")
                          .put("masterName", "main"))));

      assertThat(Await.failure(cluster.future())).hasMessageContaining("provides [Redis]");
      answersACommandInFlight();
    }
  }
}
