package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Lock;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock of the whole cluster that lets one node drain at a time; without a cluster, one
 * application of a Vert.x. A node that dies with it loses it, as soon as the cluster misses that
 * node; a node that does not get it in time drains without.
 */
final class DrainLock {

  private static final Logger log = LoggerFactory.getLogger(DrainLock.class);

  private final Vertx vertx;
  private final String name;
  private final Executor logging;
  private volatile @Nullable Future<Lock> asked;

  /**
   * Makes one that is not held.
   *
   * @param logging runs what writes to the log, and never here: whoever asks must not wait for it
   */
  DrainLock(Vertx vertx, String name, Executor logging) {
    this.vertx = vertx;
    this.name = name;
    this.logging = logging;
  }

  /**
   * Waits for the lock. To be called once.
   *
   * @param atMost how long
   * @return completes, never fails, when it is held or the time is over
   */
  Future<?> take(Duration atMost) {
    long began = System.nanoTime();
    logging.execute(
        () -> log.info("Waits for the drain lock {}, at most {}", name, Durations.format(atMost)));
    Future<Lock> lock = vertx.sharedData().getLockWithTimeout(name, Math.max(1, atMost.toMillis()));
    asked = lock;
    return lock.onSuccess(held -> logging.execute(() -> held(began)))
        .onFailure(problem -> logging.execute(() -> notHeld(problem)))
        .otherwiseEmpty();
  }

  private void held(long began) {
    log.info(
        "Holds the drain lock {} after {}",
        name,
        Durations.format(Duration.ofNanos(System.nanoTime() - began)));
  }

  private void notHeld(Throwable problem) {
    log.warn(
        "Drains without the drain lock {}, which another node holds or nobody can give: {}",
        name,
        FailureText.of(problem));
  }

  /** Gives it back, also if it comes later. */
  void giveBack() {
    Future<Lock> lock = asked;
    if (lock != null) {
      lock.onSuccess(Lock::release);
    }
  }
}
