package io.github.vertxlifecycle.postgres;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections a pool has, so that what runs on them can be cancelled.
 *
 * <p>A pool that is closed lets running statements finish, and so does each of its sockets: the
 * client holds them open for the answer. A statement that was cut because it waits for a lock would
 * keep both open for as long as it waits; the server, too, would go on with it. Thread-safe.
 */
final class PooledConnections implements Handler<SqlConnection> {

  private final Set<PgConnection> open = ConcurrentHashMap.newKeySet();

  /** Takes note of a new connection and hands it to the pool. */
  @Override
  public void handle(SqlConnection connection) {
    open.removeIf(one -> !isOpen(one));
    open.add(PgConnection.cast(connection));
    connection.close();
  }

  private static boolean isOpen(PgConnection connection) {
    return ((SqlConnectionInternal) connection).unwrap().unwrap().isValid();
  }

  /**
   * Asks the server to cancel what runs on any of them.
   *
   * @return completes when it has been asked
   */
  Future<?> cancelAll() {
    return Future.join(
        open.stream().filter(PooledConnections::isOpen).map(PgConnection::cancelRequest).toList());
  }
}
