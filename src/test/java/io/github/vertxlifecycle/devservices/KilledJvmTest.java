package io.github.vertxlifecycle.devservices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.process.JavaCommand;
import io.github.vertxlifecycle.stores.Await;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers of a real JVM under real signals. */
@Tag("integration")
final class KilledJvmTest {

  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path postgresHome;
  @TempDir Path redisHome;

  private final Vertx vertx = Vertx.vertx();
  private Process jvm;
  private String postgresUri;
  private String redisUri;
  private List<ProcessHandle> servers;

  /** Starts the JVM in a session of its own, so that its process group is not that of the tests. */
  @BeforeEach
  void start() throws IOException {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(JavaCommand.java());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(HoldServers.class.getName());
    command.addAll(List.of(postgresHome.toString(), redisHome.toString()));
    jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.startsWith("UP ")) {
      assertThat(line).doesNotStartWith("FAILED");
      line = output.readLine();
    }
    assertThat(line).isNotNull();
    postgresUri = line.split(" ", -1)[1];
    redisUri = line.split(" ", -1)[2];
    servers = List.of(server(postgresHome), server(redisHome));
  }

  @AfterEach
  void end() throws Exception {
    jvm.destroyForcibly();
    for (ProcessHandle server : servers) {
      awaitEnd(server);
    }
    Await.success(vertx.close());
  }

  private static ProcessHandle server(Path home) throws IOException {
    String pid = Files.readString(home.resolve("pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static void signal(String signal, String target) throws Exception {
    assertThat(new ProcessBuilder("kill", "-s", signal, "--", target).start().waitFor()).isZero();
  }

  private void bothAnswer() {
    PgConnection connection = Await.success(PgConnection.connect(vertx, postgresUri));
    Await.success(connection.query("SELECT 1").execute());
    Redis redis = Redis.createClient(vertx, redisUri);
    Await.success(redis.send(Request.cmd(Command.PING)));
  }

  /**
   * A terminal signals the process group at Ctrl+C. The JVM is suspended, so that it cannot be the
   * one that ends the servers.
   */
  @Test
  void aSignalToTheProcessGroupOfTheJvmDoesNotReachTheServers() throws Exception {
    signal("STOP", Long.toString(jvm.pid()));
    signal("INT", "-" + jvm.pid());
    signal("TERM", "-" + jvm.pid());
    signal("HUP", "-" + jvm.pid());

    bothAnswer();
  }

  @Test
  void theServersEndWhenTheirJvmIsKilled() throws Exception {
    bothAnswer();

    jvm.destroyForcibly();

    for (ProcessHandle server : servers) {
      awaitEnd(server);
    }
  }

  @Test
  void theServersEndWhenTheirJvmExits() throws Exception {
    jvm.destroy();

    for (ProcessHandle server : servers) {
      awaitEnd(server);
    }
  }

  @Test
  void serversLeftOverAreEndedBeforeTheNextStart() throws Exception {
    jvm.descendants()
        .filter(one -> one.info().command().orElse("").matches(".*/(ba|da)?sh"))
        .toList()
        .forEach(ProcessHandle::destroyForcibly);
    jvm.destroyForcibly().waitFor();
    assertThat(servers).allMatch(ProcessHandle::isAlive);

    EmbeddedPostgresVerticle postgres = new EmbeddedPostgresVerticle();
    EmbeddedRedisVerticle redis = new EmbeddedRedisVerticle();
    Await.success(vertx.deployVerticle(postgres, HoldServers.options(postgresHome.toString())));
    Await.success(vertx.deployVerticle(redis, HoldServers.options(redisHome.toString())));

    assertThat(servers).noneMatch(ProcessHandle::isAlive);
    postgresUri = postgres.uri().toString();
    redisUri = redis.uri().toString();
    bothAnswer();
  }
}
