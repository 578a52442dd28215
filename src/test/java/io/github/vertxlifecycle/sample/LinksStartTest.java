package io.github.vertxlifecycle.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The output that an operator sees when the world is not as the configuration says. */
@Tag("integration")
final class LinksStartTest {

  private static final int START_FAILED = 69;

  private static Servers servers;

  @BeforeAll
  static void startServers() {
    servers = new Servers();
    Servers.await(servers.pool.query("CREATE ROLE reader LOGIN PASSWORD 'right'").execute());
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  private static JsonObject quick(JsonObject config) {
    return config.put("lifecycle", new JsonObject().put("startTimeout", "2s"));
  }

  private static JsonObject postgres(String uri) {
    return quick(servers.config()).put("postgres", new JsonObject().put("uri", uri));
  }

  private static String fails(JsonObject config) {
    try (ApplicationProcess process = Servers.links(config).start()) {
      ProcessEnd end = process.ends().exitedWith(START_FAILED);
      assertThat(end.report().exitCode()).isEqualTo(START_FAILED);
      return end.output();
    }
  }

  @Test
  void aTakenPortRollsBack() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      JsonObject config = servers.config();
      config.getJsonObject("http").put("port", taken.getLocalPort());
      assertThat(fails(config))
          .contains("component \"http\" did not start")
          .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("http.port");
    }
  }

  @Test
  void anUnreachableDatabaseIsTriedUntilTheStartTimeout() throws Exception {
    int port = FreePorts.one();
    assertThat(fails(postgres("postgresql://postgres@127.0.0.1:" + port + "/postgres")))
        .contains(", next in ")
        .contains("component \"postgres\" did not start: it did not start within 2 s")
        .contains("127.0.0.1:" + port)
        .contains("postgres.startTimeout");
  }

  @Test
  void anUnreachableRedisIsTriedUntilTheStartTimeout() throws Exception {
    int port = FreePorts.one();
    assertThat(
            fails(
                quick(servers.config())
                    .put("redis", new JsonObject().put("uri", "redis://127.0.0.1:" + port))))
        .contains(", next in ")
        .contains("component \"redis\" did not start: it did not start within 2 s")
        .contains("redis.startTimeout");
  }

  @Test
  void aWrongPasswordFailsAtOnceAndIsNotShown() {
    String uri = servers.postgresUri().replace("postgres@", "reader:wr0ng@");
    assertThat(fails(postgres(uri)))
        .contains("component \"postgres\" did not start")
        .contains("reader")
        .contains("password")
        .doesNotContain(", next in ")
        .doesNotContain("wr0ng");
  }

  @Test
  void anUnknownDatabaseFailsAtOnce() {
    String uri = servers.postgresUri().replaceAll("/postgres$", "/nowhere");
    assertThat(fails(postgres(uri))).contains("nowhere").doesNotContain(", next in ");
  }

  @Test
  void aWrongRedisPasswordFailsAtOnceAndIsNotShown() {
    JsonObject config = quick(servers.config());
    config.getJsonObject("redis").put("password", "wr0ng");
    requirePassword("right");
    try {
      assertThat(fails(config))
          .contains("component \"redis\" did not start")
          .contains("password")
          .doesNotContain(", next in ")
          .doesNotContain("wr0ng");
    } finally {
      requirePassword("");
    }
  }

  /** Requires a password of new connections; the test's own are logged in already. */
  private static void requirePassword(String password) {
    Servers.await(
        servers.redis.send(
            Request.cmd(Command.CONFIG).arg("SET").arg("requirepass").arg(password)));
  }

  @Test
  void waitsForADatabaseThatComesUpLate() throws Exception {
    int port = FreePorts.one();
    JsonObject config =
        servers
            .config()
            .put(
                "postgres",
                new JsonObject()
                    .put("uri", "postgresql://postgres@127.0.0.1:" + port + "/postgres"));
    comesUpLate(config, new EmbeddedPostgresVerticle(), port);
  }

  @Test
  void waitsForARedisThatComesUpLate() throws Exception {
    int port = FreePorts.one();
    JsonObject config =
        servers.config().put("redis", new JsonObject().put("uri", "redis://127.0.0.1:" + port));
    comesUpLate(config, new EmbeddedRedisVerticle(), port);
  }

  /** Starts a server after the service has tried to reach it in vain. */
  private static void comesUpLate(JsonObject config, Deployable server, int port) {
    Vertx vertx = Vertx.vertx();
    try (ApplicationProcess process = Servers.links(config).start()) {
      process.says(Pattern.compile("; try [0-9]+, next in "));
      Servers.await(
          vertx.deployVerticle(
              server, new DeploymentOptions().setConfig(new JsonObject().put("port", port))));
      process.started().signal(Signal.TERM).ends().exitedWith(0);
    } finally {
      Servers.await(vertx.close());
    }
  }

  @Test
  void twoCopiesMayStartAtOnceOnEmptyServers() {
    servers.clear();
    try (ApplicationProcess one = servers.links().start();
        ApplicationProcess other = servers.links().start()) {
      one.started();
      other.started();
      one.signal(Signal.TERM);
      other.signal(Signal.TERM);
      one.ends().exitedWith(0);
      other.ends().exitedWith(0);
    }
  }
}
