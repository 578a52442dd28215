package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Duration;

/**
 * A component whose steps are late: its start is a long migration, its thread is busy when it
 * should drain. It needs PostgreSQL for both, and says what it has done.
 */
final class FaultyStepsVerticle extends LifecycleVerticle {

  private Duration migration = Duration.ZERO;
  private Duration busy = Duration.ZERO;

  @Override
  protected void configure(Section section) {
    migration = section.duration("migration", migration);
    busy = section.duration("busy", busy);
  }

  @Override
  protected Future<?> onStart() {
    say("migrating");
    return track("migration", query(migration)).onSuccess(v -> say("migrated"));
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
}
