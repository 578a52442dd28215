package io.github.vertxlifecycle.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever command is sent, and however it ends, the count of work in flight is right. */
@Tag("integration")
final class RedisCountTest {

  private static final int CALLS = 1_000;

  @RegisterExtension static final TestServer server = TestServer.redis();

  private final Vertx outside = Vertx.vertx();
  private final Redis admin = Redis.createClient(outside, server.uri().toString());
  private final Promise<Redis> provided = Promise.promise();
  private final CountedRedis redis = new CountedRedis();
  private final TestApp app =
      new TestApp(
          components -> {
            components.add("redis", () -> redis);
            components.add("user", RedisUser::new).dependsOn("redis");
          });

  /** The component, with its count to be seen. */
  private static final class CountedRedis extends RedisVerticle {
    int inFlight() {
      return work().count();
    }
  }

  private final class RedisUser extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      provided.complete(use("redis", Redis.class));
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void close() {
    app.close();
    Await.success(outside.close());
  }

  private Redis start(JsonObject section) {
    Await.success(
        app.start(new JsonObject().put("redis", section.put("uri", server.uri().toString()))));
    return Await.success(provided.future());
  }

  private interface RedisCall extends Function<Redis, Future<?>> {}

  private Map<String, RedisCall> calls() {
    Map<String, RedisCall> calls = new LinkedHashMap<>();
    calls.put("set", client -> client.send(Request.cmd(Command.SET, "s", "1")));
    calls.put("api", client -> RedisAPI.api(client).get("s"));
    calls.put("error", client -> client.send(Request.cmd(Command.INCRBY, "s", "no number")));
    calls.put("too few arguments", client -> client.send(Request.cmd(Command.GET)));
    calls.put("subscribe without a connection", this::subscribe);
    calls.put("multi without a connection", client -> client.send(Request.cmd(Command.MULTI)));
    calls.put(
        "blocks and gets nothing",
        client -> client.send(Request.cmd(Command.BLPOP, "empty", "0.01")));
    calls.put(
        "batch",
        client ->
            client.batch(
                List.of(Request.cmd(Command.SET, "s", "1"), Request.cmd(Command.GET, "s"))));
    calls.put(
        "failing batch",
        client ->
            client.batch(
                List.of(
                    Request.cmd(Command.SET, "s", "1"), Request.cmd(Command.INCRBY, "s", "x"))));
    calls.put("empty batch", client -> client.batch(List.of()));
    calls.put("connection", client -> client.connect().compose(RedisConnection::close));
    calls.put(
        "closed twice", client -> client.connect().compose(c -> c.close().compose(v -> c.close())));
    calls.put("transaction", client -> client.connect().compose(RedisCountTest::transaction));
    calls.put("closed by the server", client -> client.connect().compose(RedisCountTest::killed));
    calls.put("subscription", client -> client.connect().compose(RedisCountTest::subscribed));
    return calls;
  }

  private Future<?> subscribe(Redis client) {
    return client.send(Request.cmd(Command.SUBSCRIBE, "news"));
  }

  private static Future<?> transaction(RedisConnection connection) {
    return connection
        .send(Request.cmd(Command.MULTI))
        .compose(v -> connection.send(Request.cmd(Command.INCR, "n")))
        .compose(v -> connection.send(Request.cmd(Command.EXEC)))
        .eventually(connection::close);
  }

  /** A connection that its user never closes, because the server did. */
  private static Future<?> killed(RedisConnection connection) {
    Promise<Void> ended = Promise.promise();
    connection.endHandler(v -> ended.tryComplete()).exceptionHandler(e -> ended.tryComplete());
    return connection
        .send(Request.cmd(Command.CLIENT, "ID"))
        .compose(
            id ->
                connection.send(
                    Request.cmd(Command.CLIENT, "KILL", "ID", id.toString(), "SKIPME", "no")))
        .transform(answer -> ended.future());
  }

  private static Future<?> subscribed(RedisConnection connection) {
    Promise<Void> heard = Promise.promise();
    connection.handler(message -> afterIt(heard::tryComplete));
    return connection
        .send(Request.cmd(Command.SUBSCRIBE, "news"))
        .compose(v -> heard.future())
        .eventually(connection::close);
  }

  /** Runs a task when the calling handler has returned. */
  private static void afterIt(Runnable task) {
    Vertx.currentContext().runOnContext(v -> task.run());
  }

  @Test
  void eachKindOfCallIsCountedBackToNone() {
    Redis client = start(new JsonObject());
    calls()
        .forEach(
            (what, call) -> {
              Await.success(call.apply(client).otherwiseEmpty());
              assertThat(redis.inFlight()).as(what).isZero();
            });
  }

  @Test
  void aThousandMixedCallsAreCountedBackToNone() {
    Redis client = start(new JsonObject().put("poolSize", 8));
    List<RedisCall> calls = List.copyOf(calls().values());
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      all.add(calls.get(i % calls.size()).apply(client).otherwiseEmpty());
    }

    Await.success(Future.join(all));

    assertThat(redis.inFlight()).isZero();
    Await.success(client.send(Request.cmd(Command.PING)));
    Await.success(app.stop());
    assertThat(app.stopped("redis").cut()).isEmpty();
  }

  @Test
  void aConnectionThatIsClosedTwiceIsNotThatOfItsNextUser() {
    Redis client = start(new JsonObject().put("poolSize", 1));
    RedisConnection first = Await.success(client.connect());
    Await.success(first.close());
    RedisConnection next = Await.success(client.connect());
    Future<?> killed = killed(next);

    Await.success(first.close());

    Await.success(killed);
    assertThat(redis.inFlight()).isZero();
  }

  @Test
  void aFullQueueOfWaitersIsCountedBack() {
    Redis client = start(new JsonObject().put("poolSize", 1).put("maxPoolWaiting", 1));
    RedisConnection only = Await.success(client.connect());
    Future<?> waits = client.send(Request.cmd(Command.PING));
    Await.failure(client.send(Request.cmd(Command.PING)));
    assertThat(redis.inFlight()).isEqualTo(2);

    Await.success(only.close());
    Await.success(waits);

    assertThat(redis.inFlight()).isZero();
  }

  @Test
  void aSubscriptionIsInFlightWhileItsHandlerRunsOnly() {
    Redis client = start(new JsonObject());
    RedisConnection subscriber = Await.success(client.connect());
    assertThat(redis.inFlight()).isEqualTo(1);
    Promise<Integer> whileRunning = Promise.promise();
    Promise<Integer> afterwards = Promise.promise();
    subscriber.handler(
        message -> {
          if (message.get(0).toString().equals("message")) {
            whileRunning.tryComplete(redis.inFlight());
            afterIt(() -> afterwards.tryComplete(redis.inFlight()));
          }
        });
    Await.success(subscriber.send(Request.cmd(Command.SUBSCRIBE, "news")));
    assertThat(redis.inFlight()).isZero();

    while (!afterwards.future().isComplete()) {
      Await.success(admin.send(Request.cmd(Command.PUBLISH, "news", "hello")));
    }

    assertThat(Await.success(whileRunning.future())).isEqualTo(1);
    assertThat(Await.success(afterwards.future())).isZero();
    Await.success(subscriber.close());
  }
}
