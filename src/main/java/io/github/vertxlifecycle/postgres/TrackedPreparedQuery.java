package io.github.vertxlifecycle.postgres;

import io.github.vertxlifecycle.work.Admission;
import io.vertx.core.Future;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collector;

/** A pool's prepared query; a batch is one unit of work. */
final class TrackedPreparedQuery<T> implements PreparedQuery<T> {

  private final PreparedQuery<T> delegate;
  private final SqlName name;
  private final Admission admission;

  TrackedPreparedQuery(PreparedQuery<T> delegate, SqlName name, Admission admission) {
    this.delegate = delegate;
    this.name = name;
    this.admission = admission;
  }

  @Override
  public Future<T> execute() {
    return admission.admit(name, delegate::execute);
  }

  @Override
  public Future<T> execute(Tuple tuple) {
    return admission.admit(name, () -> delegate.execute(tuple));
  }

  @Override
  public Future<T> executeBatch(List<Tuple> batch) {
    return admission.admit(name, () -> delegate.executeBatch(batch));
  }

  @Override
  public <R> PreparedQuery<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
    return new TrackedPreparedQuery<>(delegate.collecting(collector), name, admission);
  }

  @Override
  public <U> PreparedQuery<RowSet<U>> mapping(Function<Row, U> mapper) {
    return new TrackedPreparedQuery<>(delegate.mapping(mapper), name, admission);
  }
}
