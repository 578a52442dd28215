package io.github.vertxlifecycle.devservices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.stores.Await;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers, and the data they keep. */
@Tag("integration")
final class EmbeddedServersTest {

  @TempDir Path directory;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Await.success(vertx.close());
  }

  private String deploy(EmbeddedServerVerticle server) {
    return Await.success(vertx.deployVerticle(server, HoldServers.options(directory.toString())));
  }

  private int postgres(URI uri, String sql) {
    PgConnection connection = Await.success(PgConnection.connect(vertx, uri.toString()));
    int rows = Await.success(connection.query(sql).execute()).rowCount();
    Await.success(connection.close());
    return rows;
  }

  private String redis(URI uri, Request request) {
    Redis client = Redis.createClient(vertx, uri.toString());
    String answer = Await.success(client.send(request)).toString();
    Await.success(client.close());
    return answer;
  }

  @Test
  void postgresKeepsItsDataFromOneRunToTheNext() {
    EmbeddedPostgresVerticle first = new EmbeddedPostgresVerticle();
    String id = deploy(first);
    postgres(first.uri(), "CREATE TABLE kept AS SELECT generate_series(1, 3)");
    Await.success(vertx.undeploy(id));

    EmbeddedPostgresVerticle second = new EmbeddedPostgresVerticle();
    deploy(second);

    assertThat(postgres(second.uri(), "DELETE FROM kept")).isEqualTo(3);
  }

  @Test
  void redisKeepsItsDataFromOneRunToTheNext() {
    EmbeddedRedisVerticle first = new EmbeddedRedisVerticle();
    String id = deploy(first);
    redis(first.uri(), Request.cmd(Command.SET, "kept", "yes"));
    Await.success(vertx.undeploy(id));

    EmbeddedRedisVerticle second = new EmbeddedRedisVerticle();
    deploy(second);

    assertThat(redis(second.uri(), Request.cmd(Command.GET, "kept"))).isEqualTo("yes");
  }

  @Test
  void redisWritesBeforeItAnswers() {
    EmbeddedRedisVerticle server = new EmbeddedRedisVerticle();
    deploy(server);

    assertThat(redis(server.uri(), Request.cmd(Command.CONFIG, "GET", "appendfsync")))
        .contains("no")
        .doesNotContain("everysec"); // holds writes back during a sync
  }

  @Test
  void aDirectoryInUseIsRefused() {
    deploy(new EmbeddedRedisVerticle());

    assertThat(
            Await.failure(
                vertx.deployVerticle(
                    new EmbeddedRedisVerticle(), HoldServers.options(directory.toString()))))
        .hasMessageContaining(directory + " is in use by another running instance")
        .hasMessageContaining("choose another EmbeddedRedisVerticle.dataDir");
  }

  @Test
  void aPortInUseIsRefused() throws IOException {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      DeploymentOptions options =
          new DeploymentOptions().setConfig(new JsonObject().put("port", taken.getLocalPort()));
      String message =
          "port %d on 127.0.0.1 is in use by another process; choose another "
              .formatted(taken.getLocalPort());

      assertThat(Await.failure(vertx.deployVerticle(new EmbeddedRedisVerticle(), options)))
          .hasMessageContaining(message + "EmbeddedRedisVerticle.port, or 0 for a free one");
      assertThat(Await.failure(vertx.deployVerticle(new EmbeddedPostgresVerticle(), options)))
          .hasMessageContaining(message + "EmbeddedPostgresVerticle.port, or 0 for a free one");
    }
  }
}
