package io.github.vertxlifecycle.postgres;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.ClientSockets;
import io.vertx.core.Future;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of connections to PostgreSQL as a component. It provides a {@link Pool}, the client's own
 * interface.
 *
 * <p>Its start waits for the database until the start timeout; a wrong password or a database that
 * does not exist fails it at once. Work in flight is each connection that is out, and so each open
 * transaction, each query made on the pool itself, and each wait for a connection. While the
 * component drains, this work goes on and nothing new is admitted; declared dependents have stopped
 * by then.
 *
 * <p>Keys of its section:
 *
 * <ul>
 *   <li>{@code uri}, as libpq has it; or {@code server}, the name of a dependency that provides a
 *       {@link URI}, an embedded server for example
 *   <li>{@code host}, {@code port}, {@code database}, {@code user}, {@code password}, each wins
 *       over the uri
 *   <li>{@code sslMode}, as libpq has it; {@code sslRootCert}, a PEM file of the authorities to
 *       trust
 *   <li>{@code poolSize}, 16; {@code maxWaitQueueSize}, -1 for no limit
 *   <li>{@code connectTimeout}, 5 s, for reaching the server and for each of its answers while a
 *       connection is made; {@code waitTimeout}, 30 s, for a connection to become free; {@code
 *       idleTimeout}, 0 for none, after which an idle connection is closed
 *   <li>{@code queryTimeout}, 30 s, 0 for none, for the answer to a statement, a batch, or a fetch
 *       of a cursor. One that takes longer fails with a {@link
 *       java.util.concurrent.TimeoutException}, the server is asked to cancel it, and its
 *       connection is closed and replaced. It does not count until {@link #onConnected} has ended:
 *       there the start timeout is the limit
 * </ul>
 */
public class PostgresVerticle extends LifecycleVerticle {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresVerticle.class);

  private final PooledConnections connections = new PooledConnections();
  private @Nullable PostgresSettings settings;
  private @Nullable ClientSockets sockets; // event loop only
  private @Nullable FailureLog failures;
  private @Nullable Pool pool; // event loop only

  /** Makes the component; its section configures it. */
  public PostgresVerticle() {}

  /**
   * Runs when the server has answered, before dependents start: the moment for what they all rely
   * on, a migration of the schema for example.
   *
   * @param provided what this component provides
   * @return completes when dependents may start
   * @throws Exception fails the start, and the client is closed
   */
  protected Future<?> onConnected(Pool provided) throws Exception {
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
    settings = new PostgresSettings(section);
    configureMore(section);
  }

  /** Connects; a subclass fills in {@link #onConnected}. */
  @Override
  protected final Future<?> onStart() {
    PostgresSettings read = Objects.requireNonNull(settings, "settings");
    PgConnectOptions login = login(read);
    ClientSockets watched = new ClientSockets(read.connectTimeout(), false);
    sockets = watched;
    Pool built =
        PgBuilder.pool()
            .with(read.pool())
            .with(read.transport())
            .connectingTo(login)
            .withConnectHandler(connections)
            .using(watched.watching(vertx))
            .build();
    pool = built;
    return retry(
            "connect to PostgreSQL at " + PostgresStartProblem.where(login),
            () -> built.query("SELECT 1").execute(),
            PostgresStartProblem::mayPass)
        .recover(
            problem -> Future.failedFuture(PostgresStartProblem.explained(problem, login, name())))
        .compose(answered -> step("onConnected", () -> onConnected(provideClient(built))))
        .onSuccess(ready -> connections.limit(read.queryTimeout(), name()))
        .recover(problem -> close(built).transform(v -> Future.failedFuture(problem)));
  }

  private Pool provideClient(Pool built) {
    FailureLog log = new FailureLog(LOG, name(), SystemClock.instance());
    failures = log;
    Pool tracked = new TrackedPool(vertx, built, admission(), name(), log);
    health("SELECT 1", () -> built.query("SELECT 1").execute());
    provide(Pool.class, tracked);
    return tracked;
  }

  private PgConnectOptions login(PostgresSettings read) {
    String server = read.server();
    return server == null ? read.connect() : read.connect(use(server, URI.class).toString());
  }

  /**
   * Closes the pool. Statements that were cut are cancelled first, or the pool would wait for them.
   */
  @Override
  protected final Future<?> onStop() {
    if (failures != null) {
      failures.flush();
    }
    Pool open = pool;
    return open == null ? Future.succeededFuture() : close(open);
  }

  /** Closes the pool, and its sockets if the server does not let go of them soon. */
  private Future<?> close(Pool open) {
    return Objects.requireNonNull(sockets, "sockets")
        .closeAfter(
            vertx,
            work().count() == 0 ? open.close() : connections.cancelAll().eventually(open::close));
  }
}
