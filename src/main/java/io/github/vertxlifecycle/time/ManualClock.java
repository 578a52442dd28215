package io.github.vertxlifecycle.time;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test advances it. Timers run in the order of their times, those
 * of one time in the order in which they were set, on the thread that advances the clock; each sees
 * its own time as now. Thread-safe, but one thread at a time is to advance it.
 */
public final class ManualClock implements Clock {

  private record ManualTimer(long at, long number, Runnable task) {}

  private final PriorityQueue<ManualTimer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong(ManualTimer::at).thenComparingLong(ManualTimer::number));
  private long now;
  private long numbers;

  /** Makes one that stands at zero. */
  public ManualClock() {}

  @Override
  public synchronized long nanos() {
    return now;
  }

  @Override
  public synchronized Timer after(Duration delay, Runnable task) {
    ManualTimer entry = new ManualTimer(now + Math.max(0, delay.toNanos()), numbers++, task);
    timers.add(entry);
    return () -> cancel(entry);
  }

  private synchronized void cancel(ManualTimer entry) {
    timers.remove(entry);
  }

  /**
   * Lets time pass, and runs everything that is due by then.
   *
   * @param span how much
   */
  public void advance(Duration span) {
    long until = nanos() + span.toNanos();
    for (ManualTimer due = next(until); due != null; due = next(until)) {
      due.task().run();
    }
    synchronized (this) {
      now = Math.max(now, until);
    }
  }

  /**
   * How far away the next timer is.
   *
   * @return the time from now, zero for one that is due; null if none waits
   */
  public synchronized @Nullable Duration untilNext() {
    ManualTimer first = timers.peek();
    return first == null ? null : Duration.ofNanos(Math.max(0, first.at() - now));
  }

  /** Goes from timer to timer until none is left. */
  public void advanceToTheEnd() {
    for (ManualTimer due = next(Long.MAX_VALUE); due != null; due = next(Long.MAX_VALUE)) {
      due.task().run();
    }
  }

  private synchronized @Nullable ManualTimer next(long until) {
    ManualTimer first = timers.peek();
    if (first == null || first.at() > until) {
      return null;
    }
    timers.remove();
    now = Math.max(now, first.at());
    return first;
  }

  /**
   * How many timers wait.
   *
   * @return their number
   */
  public synchronized int pending() {
    return timers.size();
  }
}
