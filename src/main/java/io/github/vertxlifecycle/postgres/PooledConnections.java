package io.github.vertxlifecycle.postgres;

import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.vertx.SqlClients;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of a pool, so that the statements that run on them can be cancelled, and end by
 * themselves when the server does not answer them in time.
 *
 * <p>A pool that is closed lets running statements finish, and so does each of its sockets: the
 * client holds them open for the answer. A cut statement that waits for a lock would keep the pool
 * and its socket open for as long as it waits, and the server would go on with it, too.
 * Thread-safe.
 */
final class PooledConnections implements Handler<SqlConnection> {

  private static final Logger log = LoggerFactory.getLogger(PooledConnections.class);

  private final Set<PgConnection> open = ConcurrentHashMap.newKeySet();
  private volatile Duration limit = Duration.ZERO;
  private volatile String key = "queryTimeout";

  /**
   * From now on limits how long the server may take over a statement.
   *
   * @param longest zero for as long as it likes
   * @param of the component whose section says so
   */
  void limit(Duration longest, String of) {
    key = of + ".queryTimeout";
    limit = longest;
  }

  /** Remembers a new connection and hands it to the pool. */
  @Override
  public void handle(SqlConnection connection) {
    open.removeIf(one -> !SqlClients.isOpen(one));
    PgConnection one = PgConnection.cast(connection);
    open.add(one);
    SqlClients.limit(connection, () -> limit, statement -> late(one, statement));
    connection.close();
  }

  /**
   * Says what was too late. The server is asked to cancel it, or it would go on there, with its
   * locks: PostgreSQL does not look whether a client is still there while it works for it.
   */
  private TimeoutException late(PgConnection connection, @Nullable String statement) {
    connection
        .cancelRequest()
        .onFailure(problem -> log.debug("Could not cancel a statement", problem));
    return new TimeoutException(
        "PostgreSQL did not answer %s within %s; its connection was closed, and whether the statement took effect is not known; see what holds it up there, or raise %s"
            .formatted(
                statement == null ? "a command" : new SqlName(statement),
                Durations.format(limit),
                key));
  }

  /**
   * Asks the server to cancel the statements that run on these connections.
   *
   * @return completes when the server has been asked
   */
  Future<?> cancelAll() {
    return Future.join(
        open.stream().filter(SqlClients::isOpen).map(PgConnection::cancelRequest).toList());
  }
}
