package io.github.vertxlifecycle.lifecycle;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between tries: exponential with equal jitter (M. Brooker, "Exponential Backoff and
 * Jitter", AWS 2015). The n-th lies between the half and the whole of 50 ms · 2ⁿ, from the sixth on
 * of 2 s: never shorter than that, or who waits for a server tries in a flood. Not thread-safe.
 */
final class Backoff {

  private static final long FIRST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 2_000;

  private final RandomGenerator random;
  private long ceiling = FIRST_MILLIS;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The pause before the next try. */
  Duration next() {
    long pause = random.nextLong(ceiling / 2, ceiling + 1);
    ceiling = Math.min(LONGEST_MILLIS, ceiling * 2);
    return Duration.ofMillis(pause);
  }
}
