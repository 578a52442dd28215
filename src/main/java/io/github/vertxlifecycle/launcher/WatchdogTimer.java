package io.github.vertxlifecycle.launcher;

import java.time.Duration;

/** Rings once, later, and tells the time; a port, so that tests decide when it is. */
@FunctionalInterface
interface WatchdogTimer {

  /**
   * A daemon thread of its own for every timer. No event loop, no shared timer: it must ring even
   * when all of those are blocked, and during the shutdown of the JVM.
   */
  WatchdogTimer REAL =
      new WatchdogTimer() { // no lambda: this is loaded before the first signal is heard
        @Override
        public void in(Duration delay, Runnable task) {
          long due = System.nanoTime() + delay.toNanos();
          Thread thread = new Thread(() -> ring(due, task), "lifecycle-watchdog");
          thread.setDaemon(true);
          thread.start();
        }
      };

  /** Runs the task after the delay; the task may block. */
  void in(Duration delay, Runnable task);

  /** Nanoseconds from an arbitrary origin; only differences mean anything. */
  default long nanos() {
    return System.nanoTime();
  }

  private static void ring(long due, Runnable task) {
    long left = due - System.nanoTime();
    while (left > 0) {
      try {
        Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException e) {
        // nobody has business interrupting the watchdog
      }
      left = due - System.nanoTime();
    }
    task.run();
  }
}
