package io.github.vertxlifecycle.sample;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The hits in PostgreSQL. Adds each batch once. */
final class HitLedger {

  private static final String REMEMBER =
      "INSERT INTO hit_batches (id) VALUES ($1) ON CONFLICT DO NOTHING";
  private static final String ADD = "UPDATE links SET hits = hits + $2 WHERE code = $1";

  private final Pool pool;

  HitLedger(Pool pool) {
    this.pool = pool;
  }

  Future<?> add(HitBatch batch) {
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(REMEMBER)
                .execute(Tuple.of(batch.id()))
                .compose(
                    remembered ->
                        remembered.rowCount() == 0
                            ? Future.succeededFuture()
                            : add(connection, batch)));
  }

  private static Future<Void> add(SqlConnection connection, HitBatch batch) {
    List<Tuple> rows = new ArrayList<>();
    new TreeMap<>(batch.hits()) // always in the same order: two copies must not lock crosswise
        .forEach((code, hits) -> rows.add(Tuple.of(code, hits)));
    return connection.preparedQuery(ADD).executeBatch(rows).mapEmpty();
  }
}
