package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Duration;

/**
 * A component whose steps are late: its start is a long migration, its thread is busy when it
 * should drain, what it has deployed itself has work left. It needs PostgreSQL for each, and says
 * what it has done.
 */
final class FaultyStepsVerticle extends LifecycleVerticle {

  private Duration migration = Duration.ZERO;
  private Duration busy = Duration.ZERO;
  private Duration nested = Duration.ZERO;

  @Override
  protected void configure(Section section) {
    migration = section.duration("migration", migration);
    busy = section.duration("busy", busy);
    nested = section.duration("nested", nested);
  }

  @Override
  protected Future<?> onStart() {
    say("migrating");
    return track("migration", query(migration))
        .onSuccess(v -> say("migrated"))
        .compose(
            v ->
                nested.isZero()
                    ? Future.succeededFuture()
                    : vertx.deployVerticle(new NestedVerticle(nested)));
  }

  @Override
  @SuppressWarnings("ThreadSleep") // blocking an event loop is the purpose
  protected void onAnnounce() throws InterruptedException {
    Thread.sleep(busy.toMillis());
  }

  @Override
  protected Future<?> onDrain() {
    return query(Duration.ofMillis(50)).onSuccess(v -> say("flushed"));
  }

  @Override
  protected Future<?> onStop() {
    say("released");
    return Future.succeededFuture();
  }

  private Future<?> query(Duration lasts) {
    return use(Pool.class).query("SELECT pg_sleep(" + lasts.toMillis() / 1e3 + ")").execute();
  }

  private static void say(String what) {
    System.out.println("late step: " + what);
  }

  /** Deployed by the component itself, which the root knows nothing of. */
  private static final class NestedVerticle extends LifecycleVerticle {

    private final Duration lasts;

    NestedVerticle(Duration lasts) {
      this.lasts = lasts;
    }

    @Override
    protected Future<?> onDrain() {
      String query = "SELECT pg_sleep(" + lasts.toMillis() / 1e3 + ")";
      return use(Pool.class).query(query).execute().onSuccess(v -> say("nested flushed"));
    }
  }
}
