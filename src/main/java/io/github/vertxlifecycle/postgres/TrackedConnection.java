package io.github.vertxlifecycle.postgres;

import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.vertx.SqlClients;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotice;
import io.vertx.pgclient.PgNotification;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.spi.DatabaseMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * A connection that is out of the pool: one unit of work until its user or the server closes it,
 * together with all that happens on it: transactions, statements, cursors, streams.
 */
final class TrackedConnection extends SqlClients.Wrapper implements PgConnection {

  private final PgConnection delegate;
  private final Work work;
  private volatile @Nullable SqlName last;
  private volatile @Nullable Handler<Void> closeHandler;

  TrackedConnection(Context context, PgConnection delegate, Work work, FailureLog failures) {
    super(PgDriver.INSTANCE, context, delegate);
    this.delegate = delegate;
    this.work = work;
    work.rename(this);
    delegate.exceptionHandler(
        problem -> failures.failed(Level.WARN, "a connection to PostgreSQL", problem));
    delegate.closeHandler(
        closed -> {
          work.done();
          Handler<Void> handler = closeHandler;
          if (handler != null) {
            handler.handle(null);
          }
        });
  }

  /** The name of the connection in reports. */
  @Override
  public String toString() {
    SqlName statement = last;
    return (delegate.transaction() == null ? "connection" : "transaction")
        + (statement == null ? "" : ", last statement: " + statement);
  }

  @Override
  public Future<Void> close() {
    return delegate.close().onComplete(closed -> work.done());
  }

  // ── statements ─────────────────────────────────────────────────────────────────────────────────

  @Override
  public Query<RowSet<Row>> query(String sql) {
    last = new SqlName(sql);
    return delegate.query(sql);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    last = new SqlName(sql);
    return delegate.preparedQuery(sql);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    last = new SqlName(sql);
    return delegate.preparedQuery(sql, options);
  }

  @Override
  public Future<PreparedStatement> prepare(String sql) {
    last = new SqlName(sql);
    return delegate.prepare(sql);
  }

  @Override
  public Future<PreparedStatement> prepare(String sql, PrepareOptions options) {
    last = new SqlName(sql);
    return delegate.prepare(sql, options);
  }

  @Override
  public Future<Transaction> begin() {
    return delegate.begin();
  }

  @Override
  public Transaction transaction() {
    return delegate.transaction();
  }

  // ── the rest passes through ────────────────────────────────────────────────────────────────────

  @Override
  public PgConnection closeHandler(@Nullable Handler<Void> handler) {
    closeHandler = handler;
    return this;
  }

  @Override
  public PgConnection exceptionHandler(Handler<Throwable> handler) {
    delegate.exceptionHandler(handler);
    return this;
  }

  @Override
  public PgConnection notificationHandler(Handler<PgNotification> handler) {
    delegate.notificationHandler(handler);
    return this;
  }

  @Override
  public PgConnection noticeHandler(Handler<PgNotice> handler) {
    delegate.noticeHandler(handler);
    return this;
  }

  @Override
  public Future<Void> cancelRequest() {
    return delegate.cancelRequest();
  }

  @Override
  public int processId() {
    return delegate.processId();
  }

  @Override
  public int secretKey() {
    return delegate.secretKey();
  }

  @Override
  public boolean isSSL() {
    return delegate.isSSL();
  }

  @Override
  public DatabaseMetadata databaseMetadata() {
    return delegate.databaseMetadata();
  }
}
