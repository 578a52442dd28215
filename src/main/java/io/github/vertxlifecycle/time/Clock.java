package io.github.vertxlifecycle.time;

import java.time.Duration;

/**
 * The clock as a port: tests put a manual one in its place.
 *
 * <p>Thread-safe. Independent of Vert.x's timers on purpose: a deadline must pass even when every
 * event loop is blocked.
 */
public interface Clock {

  /**
   * Reads the clock.
   *
   * @return nanoseconds from an arbitrary origin; only differences mean anything
   */
  long nanos();

  /**
   * Runs a task once, later, on a thread of the clock.
   *
   * @param delay how much later; zero or less means as soon as possible
   * @param task what to run; it must not block
   * @return a handle that takes the task back
   */
  Timer after(Duration delay, Runnable task);

  /** A task that waits for its time. */
  @FunctionalInterface
  interface Timer {
    /** Takes the task back; without effect once it has begun. */
    void cancel();
  }
}
