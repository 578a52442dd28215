package io.github.vertxlifecycle.redis;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.time.SystemClock;
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
 *       for one; {@code connectTimeout}, 5 s
 * </ul>
 */
public class RedisVerticle extends LifecycleVerticle {

  private static final Logger LOG = LoggerFactory.getLogger(RedisVerticle.class);

  private @Nullable RedisSettings settings;
  private @Nullable FailureLog failures;
  private @Nullable Redis client; // event loop only

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
    RedisOptions login = login(Objects.requireNonNull(settings, "settings"));
    Redis made = Redis.createClient(vertx, login);
    client = made;
    return retry(
            "connect to Redis at " + RedisStartProblem.where(login),
            () -> made.send(Request.cmd(Command.PING)),
            RedisStartProblem::mayPass)
        .recover(
            problem -> Future.failedFuture(RedisStartProblem.explained(problem, login, name())))
        .compose(
            pong -> step("onConnected", () -> onConnected(provideClient(made, login.getType()))))
        .recover(problem -> made.close().transform(v -> Future.failedFuture(problem)));
  }

  private RedisOptions login(RedisSettings read) {
    String server = read.server();
    return server == null
        ? read.options()
        : read.options(List.of(use(server, URI.class).toString()));
  }

  private Redis provideClient(Redis made, RedisClientType mode) {
    FailureLog log = new FailureLog(LOG, name(), SystemClock.instance());
    failures = log;
    Redis tracked = new TrackedRedis(made, admission(), name(), log);
    health("PING", () -> made.send(Request.cmd(Command.PING)));
    provide(Redis.class, tracked);
    if (mode == RedisClientType.CLUSTER) {
      provide(RedisCluster.class, new TrackedRedisCluster(RedisCluster.create(made), admission()));
    }
    return tracked;
  }

  /** Closes the client. */
  @Override
  protected final Future<?> onStop() {
    if (failures != null) {
      failures.flush();
    }
    return client == null ? Future.succeededFuture() : client.close();
  }
}
