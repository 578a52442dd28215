package io.github.vertxlifecycle.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting against a Redis that is there, is not there, or refuses the login. */
@Tag("integration")
final class RedisStartTest {

  @RegisterExtension static final TestServer server = TestServer.redis();

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private TestApp app = new TestApp(c -> c.add("redis", RedisVerticle::new));

  @BeforeAll
  static void setPassword() {
    Vertx vertx = Vertx.vertx();
    Redis admin = Redis.createClient(vertx, server.uri().toString());
    Await.success(
        admin.send(Request.cmd(Command.ACL, "SETUSER", "app", "on", ">right", "~*", "+@all")));
    Await.success(admin.send(Request.cmd(Command.CONFIG, "SET", "requirepass", "r1ght")));
    Await.success(vertx.close());
  }

  @AfterEach
  void close() {
    app.close();
  }

  private Future<String> start(JsonObject section) {
    return app.start(new JsonObject().put("redis", section));
  }

  private static JsonObject uri() {
    return new JsonObject().put("uri", server.uri().toString());
  }

  private Throwable failure(JsonObject section) {
    return Await.failure(start(section.put("startTimeout", "30s")));
  }

  /** A try to connect can be repeated, so that a stop loses nothing by not waiting for it. */
  @Test
  void aStopDoesNotWaitForAServerThatSaysNothing() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
      Future<String> started =
          app.start(
              new JsonObject()
                  .put("lifecycle", new JsonObject().put("stopTimeout", "300s"))
                  .put(
                      "redis",
                      new JsonObject()
                          .put("uri", "redis://127.0.0.1:%d".formatted(silent.getLocalPort()))));
      try (Socket connected = silent.accept()) {
        Await.success(app.stop());
        assertThat(connected.isBound()).isTrue();
      }
      assertThat(Await.failure(started)).hasMessage("the start was abandoned: test");
      assertThat(app.stopped("redis").outcome()).isEqualTo(Outcome.CLEAN);
    }
  }

  @Test
  void isReadyForItsDependentsWhenASubclassHasSeenToIt() {
    app.close();
    app =
        new TestApp(
            components ->
                components.add(
                    "redis",
                    () ->
                        new RedisVerticle() {
                          @Override
                          protected Future<?> onConnected(Redis redis) throws Exception {
                            return redis
                                .send(Request.cmd(Command.SET, "connected", "1"))
                                .compose(set -> Future.failedFuture("enough"));
                          }
                        }));
    assertThat(failure(uri().put("password", "r1ght")))
        .hasMessage("component \"redis\" did not start: enough");
  }

  @Test
  void logsInWithAPassword() {
    Await.success(start(uri().put("password", "r1ght")));
  }

  @Test
  void logsInAsAUser() {
    Await.success(start(uri().put("user", "app").put("password", "right")));
  }

  @Test
  void logsInAsTheUriSays() {
    Await.success(
        start(
            new JsonObject()
                .put("uri", "redis://app:right@127.0.0.1:" + server.uri().getPort() + "/1")));
  }

  @Test
  void aMissingPasswordFailsAtOnceAndNamesTheKey() {
    assertThat(failure(uri()))
        .hasMessageContaining("component \"redis\" did not start")
        .hasMessageContaining("cannot connect to Redis at " + server.uri() + ": NOAUTH")
        .hasMessageContaining("it asks for a password, set redis.password");
  }

  @Test
  void aWrongPasswordFailsAtOnceAndNamesTheKey() {
    assertThat(failure(uri().put("password", "wr0ng")))
        .hasMessageContaining("WRONGPASS")
        .hasMessageContaining("check redis.user and redis.password")
        .message()
        .doesNotContain("wr0ng");
  }

  @Test
  void aWrongPasswordInTheUriIsNotRepeated() {
    assertThat(
            failure(
                new JsonObject()
                    .put("uri", "redis://app:wr0ng@127.0.0.1:" + server.uri().getPort())))
        .hasMessageContaining("cannot connect to Redis at " + server.uri())
        .message()
        .doesNotContain("wr0ng");
  }

  @Test
  void anUnreachableServerIsTriedUntilTheStartTimeout() {
    int unused = FreePorts.one();

    assertThat(
            Await.failure(
                start(
                    new JsonObject()
                        .put("uri", "redis://127.0.0.1:" + unused)
                        .put("startTimeout", "2s"))))
        .hasMessageContaining("did not start within 2 s, its last try failed: ")
        .hasMessageContaining("127.0.0.1:" + unused)
        .hasMessageContaining("raise redis.startTimeout");
  }

  @Test
  void waitsForAServerThatComesUpLater() {
    int port = FreePorts.one();
    Future<String> started = start(new JsonObject().put("uri", "redis://127.0.0.1:" + port));

    try (TestServer late = TestServer.redis(port).start()) {
      Await.success(started);
      assertThat(late.uri().getPort()).isEqualTo(port);
      app.close();
      app = new TestApp(c -> {});
    }
  }

  @Test
  void takesTheUriOfAServerInTheSameApplication() {
    app.close();
    app =
        new TestApp(
            components -> {
              components.add("server", EmbeddedRedisVerticle::new);
              components.add("redis", RedisVerticle::new).dependsOn("server");
            });

    Await.success(start(new JsonObject().put("server", "server")));
    Await.success(app.stop());

    assertThat(app.stopped("redis").at()).isLessThan(app.stopped("server").at());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LOADING Redis is loading the dataset in memory",
        "ERR max number of clients reached",
        "CLUSTERDOWN The cluster is down"
      })
  void mayPass(String answer) {
    assertThat(RedisStartProblem.mayPass(ErrorType.create(answer))).isTrue();
    assertThat(RedisStartProblem.mayPass(new ConnectException("refused"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOAUTH Authentication required.",
        "WRONGPASS invalid username-password pair or user is disabled.",
        "NOPERM this user has no permissions to run the 'ping' command",
        "ERR DB index is out of range"
      })
  void willNotPass(String answer) {
    assertThat(RedisStartProblem.mayPass(ErrorType.create(answer))).isFalse();
    assertThat(RedisStartProblem.mayPass(new SSLHandshakeException("untrusted"))).isFalse();
  }
}
