package io.github.vertxlifecycle.postgres;

import io.github.vertxlifecycle.work.Admission;
import io.vertx.core.Future;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlResult;
import java.util.function.Function;
import java.util.stream.Collector;

/**
 * A pool's query, in flight from its execution to its result, the wait for a connection included.
 */
final class TrackedQuery<T> implements Query<T> {

  private final Query<T> delegate;
  private final SqlName name;
  private final Admission admission;

  TrackedQuery(Query<T> delegate, SqlName name, Admission admission) {
    this.delegate = delegate;
    this.name = name;
    this.admission = admission;
  }

  @Override
  public Future<T> execute() {
    return admission.admit(name, delegate::execute);
  }

  @Override
  public <R> Query<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
    return new TrackedQuery<>(delegate.collecting(collector), name, admission);
  }

  @Override
  public <U> Query<RowSet<U>> mapping(Function<Row, U> mapper) {
    return new TrackedQuery<>(delegate.mapping(mapper), name, admission);
  }
}
