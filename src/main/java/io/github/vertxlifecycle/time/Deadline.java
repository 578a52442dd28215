package io.github.vertxlifecycle.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A moment by which something must have happened.
 *
 * @param nanos the moment, in the nanoseconds of {@link Clock#nanos()}
 */
public record Deadline(long nanos) {

  /**
   * A deadline some time from now.
   *
   * @param clock gives the present time
   * @param span how far away
   * @return the deadline
   */
  public static Deadline in(Clock clock, Duration span) {
    return new Deadline(clock.nanos()).plus(span);
  }

  /**
   * This deadline, moved.
   *
   * @param span by how much
   * @return the later deadline
   */
  public Deadline plus(Duration span) {
    return new Deadline(nanos + TimeUnit.NANOSECONDS.convert(span));
  }

  /**
   * This deadline, moved the other way.
   *
   * @param span by how much
   * @return the earlier deadline
   */
  public Deadline minus(Duration span) {
    return new Deadline(nanos - TimeUnit.NANOSECONDS.convert(span));
  }

  /**
   * The time that is left.
   *
   * @param now the clock's nanoseconds
   * @return the rest, zero once the deadline has passed
   */
  public Duration left(long now) {
    return Duration.ofNanos(Math.max(0, nanos - now));
  }

  /**
   * The nearer of two.
   *
   * @param other the other deadline
   * @return whichever passes first
   */
  public Deadline earlier(Deadline other) {
    return nanos - other.nanos <= 0 ? this : other;
  }
}
