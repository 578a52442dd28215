package io.github.vertxlifecycle.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.github.vertxlifecycle.stores.UndeclaredUser;
import io.github.vertxlifecycle.work.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stop of the component while its users still have something open at the server. */
@Tag("integration")
final class RedisDrainTest {

  @RegisterExtension static final TestServer server = TestServer.redis();

  private final Promise<Redis> provided = Promise.promise();
  private final UndeclaredUser stray = new UndeclaredUser();

  private Vertx outside;
  private Redis admin;
  private TestApp app;

  /** A dependent that hands its client to the test and stops at once. */
  private final class RedisUser extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      provided.tryComplete(use("redis", Redis.class));
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void connect() {
    outside = Vertx.vertx();
    admin = Redis.createClient(outside, server.uri().toString());
    Await.success(admin.send(Request.cmd(Command.FLUSHALL)));
  }

  @AfterEach
  void close() {
    stray.mayStop();
    app.close();
    Await.success(outside.close());
  }

  private Redis start(JsonObject section, boolean withStray) {
    app =
        new TestApp(
            components -> {
              components.add("redis", RedisVerticle::new);
              components.add("user", RedisUser::new).dependsOn("redis");
              if (withStray) {
                components.add("stray", () -> stray);
              }
            });
    Await.success(
        app.start(new JsonObject().put("redis", section.put("uri", server.uri().toString()))));
    return Await.success(provided.future());
  }

  private Redis start() {
    return start(new JsonObject(), false);
  }

  private int inFlightWhenItDrains() {
    app.stop();
    return Await.success(app.draining("redis")).inFlight();
  }

  private void stopsClean() {
    Await.success(app.stop());
    assertThat(app.stopped("redis").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void waitsForACommandThatBlocksAtTheServer() {
    Redis redis = start();
    Future<Response> pop = redis.send(Request.cmd(Command.BLPOP, "queue", 0));
    assertThat(inFlightWhenItDrains()).isEqualTo(1);

    Await.success(admin.send(Request.cmd(Command.RPUSH, "queue", "x")));

    assertThat(Await.success(pop).get(1).toString()).isEqualTo("x");
    stopsClean();
  }

  @Test
  void waitsForAScriptThatTakesLong() {
    Redis redis = start();
    String script =
        "local t = redis.call('TIME') local n = t "
            + "while (n[1] - t[1]) * 1000000 + n[2] - t[2] < 200000 do n = redis.call('TIME') end "
            + "redis.call('SET', 'done', 'yes') return 'answer'";
    Future<Response> answer =
        redis.send(Request.cmd(Command.EVAL, "redis.replicate_commands() " + script, 0));
    assertThat(inFlightWhenItDrains()).isEqualTo(1);

    assertThat(Await.success(answer).toString()).isEqualTo("answer");
    stopsClean();
    assertThat(Await.success(admin.send(Request.cmd(Command.GET, "done"))).toString())
        .isEqualTo("yes");
  }

  @Test
  void waitsForABatch() {
    Redis redis = start();
    Future<List<Response>> batch =
        redis.batch(
            List.of(
                Request.cmd(Command.SET, "a", "1"),
                Request.cmd(Command.BLPOP, "queue", 0),
                Request.cmd(Command.GET, "a")));
    assertThat(inFlightWhenItDrains()).isEqualTo(1);

    Await.success(admin.send(Request.cmd(Command.RPUSH, "queue", "x")));

    assertThat(Await.success(batch)).hasSize(3);
    stopsClean();
  }

  @Test
  void executesATransactionThatIsOpenOnAConnection() {
    Redis redis = start();
    RedisConnection connection = Await.success(redis.connect());
    Await.success(connection.send(Request.cmd(Command.MULTI)));
    assertThat(inFlightWhenItDrains()).isEqualTo(1);

    Await.success(connection.send(Request.cmd(Command.SET, "a", "1")));
    Await.success(connection.send(Request.cmd(Command.EXEC)));
    Await.success(connection.close());

    stopsClean();
    assertThat(Await.success(admin.send(Request.cmd(Command.GET, "a"))).toString()).isEqualTo("1");
  }

  @Test
  void waitsForWaitersForAConnection() {
    Redis redis = start(new JsonObject().put("poolSize", 1), false);
    RedisConnection only = Await.success(redis.connect());
    Future<Response> waits = redis.send(Request.cmd(Command.SET, "a", "1"));
    assertThat(inFlightWhenItDrains()).isEqualTo(2);

    Await.success(only.close());

    Await.success(waits);
    stopsClean();
  }

  @Test
  void doesNotWaitForASubscriptionThatIsSilent() {
    Redis redis = start();
    RedisConnection subscriber = Await.success(redis.connect());
    Promise<Void> heard = Promise.promise();
    subscriber.handler(
        message -> {
          if (message.get(0).toString().equals("message")) {
            heard.tryComplete();
          }
        });
    Await.success(subscriber.send(Request.cmd(Command.SUBSCRIBE, "news")));
    while (!heard.future().isComplete()) {
      Await.success(admin.send(Request.cmd(Command.PUBLISH, "news", "hello")));
    }

    assertThat(inFlightWhenItDrains()).isZero();
    stopsClean();
  }

  @Test
  void cutsAndNamesWhatIsNotAnsweredInTime() {
    Redis redis = start(new JsonObject().put("drainTimeout", "50ms"), false);
    Future<Response> pop = redis.send(Request.cmd(Command.BLPOP, "secret-key", 0));
    Future<List<Response>> batch =
        redis.batch(
            List.of(
                Request.cmd(Command.BLPOP, "secret-key", 0),
                Request.cmd(Command.SET, "a", "1"),
                Request.cmd(Command.GET, "a"),
                Request.cmd(Command.DEL, "a")));
    RedisConnection connection = Await.success(redis.connect());
    Await.success(connection.send(Request.cmd(Command.MULTI)));

    Await.success(app.stop());

    assertThat(app.stopped("redis").outcome()).isEqualTo(Outcome.CUT);
    assertThat(app.stopped("redis").cut())
        .extracting(CutWork::what)
        .containsExactlyInAnyOrder("BLPOP", "batch of 4: BLPOP, SET, GET…", "connection in MULTI");
    Await.failure(pop);
    Await.failure(batch);
  }

  @Test
  void refusesLateUseAndNamesBothComponents() {
    Redis redis = start(new JsonObject(), true);
    RedisConnection open = Await.success(redis.connect());
    inFlightWhenItDrains();

    Promise<Response> get = Promise.promise();
    Promise<RedisConnection> connection = Promise.promise();
    stray
        .where()
        .runOnContext(
            v -> {
              RedisAPI.api(redis).get("key").onComplete(get);
              redis.connect().onComplete(connection);
            });

    assertThat(Await.failure(get.future()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("\"redis\" refuses GET: it is stopping")
        .hasMessageContaining("\"stray\", which must declare dependsOn(\"redis\")");
    assertThat(Await.failure(connection.future())).isInstanceOf(RefusedException.class);
    Await.success(open.close());
    stray.mayStop();
    stopsClean();
  }

  @Test
  void aDependentCannotCloseTheClient() {
    Redis redis = start();

    assertThat(Await.failure(redis.close()))
        .hasMessage("the client belongs to component \"redis\", which closes it when it stops");
    Await.success(RedisAPI.api(redis).ping(List.of()));
  }
}
