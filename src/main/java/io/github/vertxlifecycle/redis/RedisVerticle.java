package io.github.vertxlifecycle.redis;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.ClientSockets;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis client as a component. It provides a {@link Redis}, the client's own interface, and for a
 * cluster a {@link RedisCluster} too.
 *
 * <p>Its start waits for the server until the start timeout; a wrong password fails it at once.
 * Work in flight is each command and each batch that is not answered, each connection that is out
 * and has not subscribed, and each message of a subscription while its handler runs. While the
 * component drains, this work goes on and nothing new is admitted; declared dependents have stopped
 * by then.
 *
 * <p>Keys of its section:
 *
 * <ul>
 *   <li>{@code uri}, {@code redis://host:6379/0}, with {@code rediss} for TLS; or {@code uris}, a
 *       list of sentinels or of some servers of a cluster; or {@code server}, the name of a
 *       dependency that provides a {@link URI}, an embedded server for example
 *   <li>{@code mode}, standalone, sentinel, cluster or replication; for sentinels {@code
 *       masterName}, mymaster, and {@code role}, master, replica or sentinel
 *   <li>{@code user}, {@code password}, each wins over the uri; {@code sslRootCert}, a PEM file of
 *       the authorities to trust
 *   <li>{@code poolSize}, 16; {@code maxPoolWaiting}, 1024 commands and connections that may wait
 *       for one; {@code connectTimeout}, 5 s, for reaching the server and for its first answer
 *   <li>{@code requestTimeout}, 10 s, 0 for none, for a free connection and the answer to a command
 *       or a batch. One that takes longer fails with a {@link
 *       java.util.concurrent.TimeoutException}, and its connection is closed and replaced. Commands
 *       that block ({@code BLPOP}, {@code XREAD BLOCK}) have the time that they name on top, or no
 *       limit if they block for ever; a subscription waits as long as it likes
 * </ul>
 */
public class RedisVerticle extends LifecycleVerticle {

  private static final Logger LOG = LoggerFactory.getLogger(RedisVerticle.class);

  private @Nullable RedisSettings settings;

  // event loop only
  private @Nullable FailureLog failures;
  private @Nullable Redis client;
  private @Nullable ClientSockets sockets;

  /** Makes the component; its section configures it. */
  public RedisVerticle() {}

  /**
   * Runs when the server has answered, before dependents start: the moment for what they all rely
   * on, a script that is loaded for example.
   *
   * @param provided what this component provides
   * @return completes when dependents may start
   * @throws Exception fails the start, and the client is closed
   */
  protected Future<?> onConnected(Redis provided) throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Reads the subclass's own keys of the section, after the client's.
   *
   * @param section this component's part of the configuration
   */
  protected void configureMore(Section section) {}

  /** Reads the client's keys; a subclass fills in {@link #configureMore} for its own. */
  @Override
  protected final void configure(Section section) {
    settings = new RedisSettings(section);
    configureMore(section);
  }

  /** Connects; a subclass fills in {@link #onConnected}. */
  @Override
  protected final Future<?> onStart() {
    RedisSettings read = Objects.requireNonNull(settings, "settings");
    RedisOptions login = login(read);
    ClientSockets watched = new ClientSockets(read.connectTimeout(), true);
    sockets = watched;
    Redis made = Redis.createClient(watched.watching(vertx), login);
    client = made;
    Questions questions = new Questions(vertx, read.requestTimeout(), name());
    return retry(
            "connect to Redis at " + RedisStartProblem.where(login),
            () -> made.send(Request.cmd(Command.PING)),
            RedisStartProblem::mayPass)
        .recover(
            problem -> Future.failedFuture(RedisStartProblem.explained(problem, login, name())))
        .compose(
            pong ->
                step(
                    "onConnected",
                    () -> onConnected(provideClient(made, login.getType(), questions))))
        .recover(problem -> close(made).transform(v -> Future.failedFuture(problem)));
  }

  private RedisOptions login(RedisSettings read) {
    String server = read.server();
    return server == null
        ? read.options()
        : read.options(List.of(use(server, URI.class).toString()));
  }

  private Redis provideClient(Redis made, RedisClientType mode, Questions questions) {
    FailureLog log = new FailureLog(LOG, name(), SystemClock.instance());
    failures = log;
    TrackedRedis tracked = new TrackedRedis(made, admission(), questions, name(), log);
    health("PING", () -> tracked.ask(Request.cmd(Command.PING)));
    provide(Redis.class, tracked);
    if (mode == RedisClientType.CLUSTER) {
      provide(RedisCluster.class, new TrackedRedisCluster(tracked, admission()));
    }
    return tracked;
  }

  /** Closes the client. */
  @Override
  protected final Future<?> onStop() {
    if (failures != null) {
      failures.flush();
    }
    return client == null ? Future.succeededFuture() : close(client);
  }

  /** Closes the client, and its sockets if that takes long. */
  private Future<?> close(Redis open) {
    return Objects.requireNonNull(sockets, "sockets").closeAfter(vertx, open.close());
  }
}
