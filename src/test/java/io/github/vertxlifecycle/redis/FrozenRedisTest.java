package io.github.vertxlifecycle.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.Freeze;
import io.github.vertxlifecycle.junit5.SilentServer;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that takes everything and answers nothing. */
@Tag("integration")
@SuppressWarnings("try") // a server stays frozen until the end of a block
final class FrozenRedisTest {

  @RegisterExtension static final TestServer server = TestServer.redis();

  private final Promise<Redis> provided = Promise.promise();

  private TestApp app;

  private final class RedisUser extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      provided.tryComplete(use("redis", Redis.class));
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void close() {
    app.close();
  }

  private Redis start(JsonObject section) {
    app =
        new TestApp(
            components -> {
              components.add("redis", RedisVerticle::new);
              components.add("user", RedisUser::new).dependsOn("redis");
            });
    Await.success(
        app.start(new JsonObject().put("redis", section.put("uri", server.uri().toString()))));
    return Await.success(provided.future());
  }

  private static JsonObject limited() {
    return new JsonObject().put("requestTimeout", "400ms").put("poolSize", 2);
  }

  private static Freeze freeze() {
    return Freeze.server("redis");
  }

  private static Request echo(String text) {
    return Request.cmd(Command.ECHO).arg(text);
  }

  private static void tooLate(Future<?> question, String command) {
    assertThat(Await.failure(question))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("Redis did not answer " + command + " within ")
        .hasMessageContaining("raise redis.requestTimeout");
  }

  /** As many at a time as the pool has places, and each of them answers its own question. */
  private static void hasAllPlaces(Redis redis, int size) {
    List<RedisConnection> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      RedisConnection one = Await.success(redis.connect());
      assertThat(Await.success(one.send(echo("place " + i)))).hasToString("place " + i);
      all.add(one);
    }
    all.forEach(one -> Await.success(one.close()));
  }

  @Test
  void commandsAndBatchesFailAndThePoolHasAllItsPlacesAgain() {
    Redis redis = start(limited());
    hasAllPlaces(redis, 2);
    try (Freeze frozen = freeze()) {
      Future<?> command = redis.send(echo("lost"));
      Future<?> batch = redis.batch(List.of(echo("lost"), Request.cmd(Command.PING)));
      tooLate(command, "ECHO");
      tooLate(batch, "batch of 2: ECHO, PING");
    }
    hasAllPlaces(redis, 2);
    Await.success(app.stop());
    assertThat(app.stopped("redis").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void whatWaitsForAConnectionFailsToo() {
    Redis redis = start(limited().put("poolSize", 1));
    RedisConnection only = Await.success(redis.connect());

    assertThat(Await.failure(redis.send(Request.cmd(Command.PING))))
        .isInstanceOf(TimeoutException.class)
        .hasMessage(
            "PING got no connection to Redis within 400 ms; see whether it answers there, raise redis.poolSize if connections are used up, or raise redis.requestTimeout");
    assertThat(Await.failure(redis.connect())).isInstanceOf(TimeoutException.class);

    Await.success(only.close());
    hasAllPlaces(redis, 1);
  }

  @Test
  void aConnectionThatIsOutFails() {
    Redis redis = start(limited());
    RedisConnection connection = Await.success(redis.connect());
    Promise<Void> ended = Promise.promise();
    connection.endHandler(ended::complete);
    Await.success(connection.send(Request.cmd(Command.MULTI)));
    try (Freeze frozen = freeze()) {
      tooLate(connection.send(Request.cmd(Command.EXEC)), "EXEC");
      Await.success(ended.future());
    }
    Await.success(connection.close());
    hasAllPlaces(redis, 2);
  }

  @Test
  void aValueThatTheServerDoesNotTakeFails() {
    Redis redis = start(limited());
    hasAllPlaces(redis, 2);
    try (Freeze frozen = freeze()) {
      tooLate(
          redis.send(Request.cmd(Command.SET).arg("big").arg(Buffer.buffer(new byte[64 << 20]))),
          "SET");
    }
    hasAllPlaces(redis, 2);
  }

  @Test
  void aFailureComesOnTheContextThatAsked() {
    Redis redis = start(limited());
    Context context = app.vertx().getOrCreateContext();
    Promise<Context> where = Promise.promise();
    try (Freeze frozen = freeze()) {
      context.runOnContext(
          v -> redis.send(echo("lost")).onFailure(e -> where.complete(Vertx.currentContext())));
      assertThat(Await.success(where.future())).isSameAs(context);
    }
  }

  @Test
  void aBlockingCommandHasTheTimeThatItNamesOnTop() {
    Redis redis = start(limited());

    assertThat(Await.success(redis.send(Request.cmd(Command.BLPOP).arg("none").arg("0.8"))))
        .isNull();
    assertThat(
            Await.success(
                redis.send(
                    Request.cmd(Command.XREAD)
                        .arg("BLOCK")
                        .arg(800)
                        .arg("STREAMS")
                        .arg("none")
                        .arg("$"))))
        .isNull();
    try (Freeze frozen = freeze()) {
      tooLate(redis.send(Request.cmd(Command.BLPOP).arg("none").arg("0.1")), "BLPOP");
    }
  }

  @Test
  void aCommandThatBlocksForEverIsNotEnded() {
    Redis redis = start(limited());
    Future<Response> waiting = redis.send(Request.cmd(Command.BLPOP).arg("later").arg(0));
    try (Freeze frozen = freeze()) {
      assertThat(Await.failure(redis.send(echo("lost")))).isInstanceOf(TimeoutException.class);
      assertThat(waiting.isComplete()).isFalse();
    }
    Await.success(redis.send(Request.cmd(Command.RPUSH).arg("later").arg("come")));
    assertThat(Await.success(waiting).get(1)).hasToString("come");
  }

  @Test
  void aSubscriptionIsNoQuestion() {
    Redis redis = start(limited().put("connectTimeout", "200ms"));
    RedisConnection subscriber = Await.success(redis.connect());
    Promise<Response> message = Promise.promise();
    subscriber.handler(
        one -> {
          if (one.get(0).toString().equals("message")) {
            message.tryComplete(one.get(2));
          }
        });
    Await.success(subscriber.send(Request.cmd(Command.SUBSCRIBE).arg("news")));
    try (Freeze frozen = freeze()) {
      Await.failure(redis.send(echo("lost"))); // because no new connection is greeted
    }
    Await.until(
        () ->
            Await.success(redis.send(Request.cmd(Command.PUBLISH).arg("news").arg("still here")))
                    .toInteger()
                == 1);
    assertThat(Await.success(message.future())).hasToString("still here");
    Await.success(subscriber.close());
  }

  @Test
  void aStopWhileItIsFrozenCutsWhatIsNotAnsweredAndEnds() {
    Redis redis = start(new JsonObject().put("drainTimeout", "300ms"));
    Future<?> question;
    try (Freeze frozen = freeze()) {
      question = redis.send(echo("lost"));
      Await.success(app.stop());
    }
    assertThat(app.stopped("redis").outcome()).isEqualTo(Outcome.CUT);
    Await.failure(question);
  }

  @Test
  void aStopWhileItIsFrozenAndNothingIsInFlightIsClean() {
    Redis redis = start(new JsonObject());
    hasAllPlaces(redis, 2);
    try (Freeze frozen = freeze()) {
      Await.success(app.stop());
    }
    assertThat(app.stopped("redis").outcome()).isEqualTo(Outcome.CLEAN);
  }

  private Future<String> startSilent(SilentServer silent, String connectTimeout) {
    app = new TestApp(c -> c.add("redis", RedisVerticle::new));
    return app.start(
        new JsonObject()
            .put(
                "redis",
                new JsonObject()
                    .put("uri", "redis://127.0.0.1:" + silent.port())
                    .put("connectTimeout", connectTimeout)
                    .put("startTimeout", "3s")));
  }

  @Test
  void aServerThatAcceptsAndSaysNothingIsTriedAgainUntilTheStartTimeout() {
    try (SilentServer silent = new SilentServer()) {
      assertThat(Await.failure(startSilent(silent, "300ms")))
          .hasMessageContaining("did not start within 3 s, its last try failed: ")
          .hasMessageContaining("raise redis.startTimeout");
    }
  }

  @Test
  void aStopEndsAStartAtAServerThatSaysNothing() {
    try (SilentServer silent = new SilentServer()) {
      Future<String> started = startSilent(silent, "50s");
      Await.success(app.stop());
      Await.failure(started);
    }
  }
}
