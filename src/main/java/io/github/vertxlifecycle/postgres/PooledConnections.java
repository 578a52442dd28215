package io.github.vertxlifecycle.postgres;

import io.github.vertxlifecycle.vertx.SqlClients;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of a pool, so that the statements that run on them can be cancelled.
 *
 * <p>A pool that is closed lets running statements finish, and so does each of its sockets: the
 * client holds them open for the answer. A cut statement that waits for a lock would keep the pool
 * and its socket open for as long as it waits, and the server would go on with it, too.
 * Thread-safe.
 */
final class PooledConnections implements Handler<SqlConnection> {

  private final Set<PgConnection> open = ConcurrentHashMap.newKeySet();

  /** Remembers a new connection and hands it to the pool. */
  @Override
  public void handle(SqlConnection connection) {
    open.removeIf(one -> !SqlClients.isOpen(one));
    open.add(PgConnection.cast(connection));
    connection.close();
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
