package io.github.vertxlifecycle.sample;

import io.github.vertxlifecycle.worker.WorkerVerticle;
import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.sqlclient.Pool;

/**
 * Moves counted redirects from Redis to PostgreSQL, every second and once more when it drains; by
 * then no redirects are counted any more.
 *
 * <p>A batch moves in three steps: Redis sets the counters aside under a new id, PostgreSQL adds
 * them and remembers the id in one transaction, Redis forgets them. A crash between two steps
 * leaves the batch aside; the next iteration, of any copy, takes up the same batch, and the id
 * keeps it from being added twice.
 */
public final class HitsVerticle extends WorkerVerticle {

  private HitCounters counters;
  private HitLedger ledger;

  /** Made by the application. */
  @SuppressWarnings("NullAway.Init") // set in prepare, before the first iteration
  public HitsVerticle() {}

  @Override
  protected Future<?> prepare() {
    Pool pool = use(Pool.class);
    counters = new HitCounters(use(Redis.class));
    ledger = new HitLedger(pool);
    return Schema.create(pool);
  }

  /**
   * Moves a batch that was left over first, then the redirects counted since: this may be the last
   * iteration.
   */
  @Override
  protected Future<?> iterate() {
    return counters
        .setAside()
        .compose(
            batch ->
                move(batch)
                    .compose(moved -> batch.leftOver() ? iterate() : Future.succeededFuture()));
  }

  private Future<?> move(HitBatch batch) {
    return batch.isEmpty()
        ? Future.succeededFuture()
        : ledger.add(batch).compose(added -> counters.forget(batch));
  }
}
