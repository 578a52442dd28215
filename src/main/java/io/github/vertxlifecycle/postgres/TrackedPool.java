package io.github.vertxlifecycle.postgres;

import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.vertx.SqlClients;
import io.github.vertxlifecycle.work.Admission;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;

/**
 * The pool that dependents see. It counts each connection from the moment it is asked for until it
 * is closed, and each query made on the pool itself until its result is there. While the component
 * drains, it admits nothing new, but connections that are out go on working.
 *
 * <p>{@code withConnection} and {@code withTransaction} come with the interface and go through
 * {@link #getConnection()}. This class extends {@link SqlClients.Wrapper} because SQL templates
 * expect a client that does; no code of that class runs.
 */
final class TrackedPool extends SqlClients.Wrapper implements Pool {

  private final Vertx vertx;
  private final Pool delegate;
  private final Admission admission;
  private final String owner;
  private final FailureLog failures;

  /**
   * Wraps a pool.
   *
   * @param delegate does the work
   * @param admission counts it
   * @param owner the component that closes the pool
   * @param failures takes those of connections that are out
   */
  TrackedPool(Vertx vertx, Pool delegate, Admission admission, String owner, FailureLog failures) {
    super(PgDriver.INSTANCE, vertx);
    this.vertx = vertx;
    this.delegate = delegate;
    this.admission = admission;
    this.owner = owner;
    this.failures = failures;
  }

  @Override
  public Future<SqlConnection> getConnection() {
    Work work = admission.admit("wait for a connection");
    if (work == null) {
      return admission.refused("a connection");
    }
    Context context = vertx.getOrCreateContext();
    return delegate
        .getConnection()
        .<SqlConnection>map(
            connection ->
                new TrackedConnection(context, PgConnection.cast(connection), work, failures))
        .onFailure(problem -> work.done());
  }

  @Override
  public Query<RowSet<Row>> query(String sql) {
    return new TrackedQuery<>(delegate.query(sql), new SqlName(sql), admission);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    return new TrackedPreparedQuery<>(delegate.preparedQuery(sql), new SqlName(sql), admission);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    return new TrackedPreparedQuery<>(
        delegate.preparedQuery(sql, options), new SqlName(sql), admission);
  }

  @Override
  public int size() {
    return delegate.size();
  }

  /** Refuses: the pool belongs to its component, and others use it too. */
  @Override
  public Future<Void> close() {
    return Future.failedFuture(
        new UnsupportedOperationException(
            "the pool belongs to component \"%s\", which closes it when it stops"
                .formatted(owner)));
  }
}
