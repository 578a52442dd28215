package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How the thread of a test waits: for a limited time, and never on an event loop. */
final class TestWait {

  /** What a loaded machine may take beyond what the application says of itself. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private TestWait() {}

  /**
   * Waits until a future has its answer, good or bad.
   *
   * @param future the future
   * @param atMost how long
   * @param late what to say when it has none by then
   * @throws AssertionError if it has none by then, or the thread was interrupted
   * @throws IllegalStateException on an event loop
   */
  static void until(Future<?> future, Duration atMost, Supplier<String> late) {
    if (!ends(future, atMost)) {
      throw new AssertionError(
          "%s (waited for %s)".formatted(late.get(), Durations.format(atMost)));
    }
  }

  /**
   * Waits, and says whether the future has its answer.
   *
   * @param future the future
   * @param atMost how long
   */
  static boolean ends(Future<?> future, Duration atMost) {
    if (Context.isOnEventLoopThread()) {
      throw new IllegalStateException(
          "this waits, which an event loop must not; call it on the thread of the test");
    }
    CountDownLatch ended = new CountDownLatch(1);
    future.onComplete(answer -> ended.countDown());
    try {
      return ended.await(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted, by a timeout of the test perhaps", e);
    }
  }
}
