package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The work that a verticle tracks after its own drain has ended, while what belongs together with
 * it, other instances or what is nested, still drains: brought by their work in flight, most often.
 * It is in flight like any other, and so is what begins during the release.
 *
 * <p>Thread-safe.
 */
final class TrailingWork {

  private static final NextTurn TURN = new NextTurn(null);

  private final WorkTracker draining = new WorkTracker(SystemClock.instance());
  private final WorkTracker releasing = new WorkTracker(SystemClock.instance());
  private final AtomicBoolean drainAwaited = new AtomicBoolean();
  private final AtomicBoolean releaseAwaited = new AtomicBoolean();
  private final Promise<Void> drained = Promise.promise();
  private final Promise<Void> released = Promise.promise();

  void captureOrigins() {
    draining.captureOrigins();
    releasing.captureOrigins();
  }

  /** Counts work that the drain waits for; null once that has ended. */
  @Nullable Work ofDrain(String what) {
    return draining.tryCount(what, null);
  }

  /** Counts work that the release waits for; null once that has ended. */
  @Nullable Work ofRelease(String what) {
    return releasing.tryCount(what, null);
  }

  /** All others have drained. Completes when there is none, and none can come. */
  Future<Void> drained() {
    if (drainAwaited.compareAndSet(false, true)) {
      draining.watch();
      draining.whenNone(drained::tryComplete, TURN);
    }
    return drained.future();
  }

  /** All others are released. Completes when there is none, and none can come. */
  Future<Void> released() {
    return drained()
        .compose(
            v -> {
              if (releaseAwaited.compareAndSet(false, true)) {
                releasing.whenNone(released::tryComplete, TURN);
              }
              return released.future();
            });
  }

  /** The drain waits no longer; returns what is in flight. What the release begins is its own. */
  List<WorkInFlight> cut() {
    draining.close();
    List<WorkInFlight> left = draining.inFlight();
    drainAwaited.set(true);
    drained.tryComplete();
    return left;
  }

  /** Nobody waits any more. */
  void end() {
    draining.close();
    releasing.close();
  }

  boolean isNone() {
    return inFlight().isEmpty();
  }

  List<WorkInFlight> inFlight() {
    List<WorkInFlight> all = new ArrayList<>(draining.inFlight());
    all.addAll(releasing.inFlight());
    return all;
  }

  List<WorkInFlight> longestEnded() {
    return draining.longestEnded();
  }

  WorkStats stats() {
    return new WorkStats(draining.admitted() + releasing.admitted(), 0, inFlight());
  }
}
