package io.github.vertxlifecycle.acme;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The attempts to get a certificate that failed since the last success. They are kept in a file, so
 * that a process that is started again and again does not order again and again.
 *
 * @param failures how many
 * @param at when the last one failed, by the clock of the machine that made it
 * @param next when the next attempt is due
 * @param problem why the last one failed
 */
record FailedAttempts(int failures, Instant at, Instant next, String problem) {

  static final FailedAttempts NONE = new FailedAttempts(0, Instant.EPOCH, Instant.EPOCH, "");

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(6);

  /** By how much the clocks of machines that share a storage may differ. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  /**
   * Adds a failed attempt. The pause is 10 s, then three times as long after each, at most 6 h,
   * longer if the authority said so, and up to a tenth longer by chance.
   *
   * @param lateness from 0 to 1
   */
  FailedAttempts failed(Instant now, String why, @Nullable Instant retryAfter, double lateness) {
    Duration pause = FIRST_PAUSE;
    for (int i = 0; i < failures && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
      pause = pause.multipliedBy(3);
    }
    pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    Instant next = now.plus(pause);
    if (retryAfter != null && retryAfter.isAfter(next)) {
      next = retryAfter;
    }
    return new FailedAttempts(
        failures + 1, now, next.plusMillis((long) (pause.toMillis() / 10.0 * lateness)), why);
  }

  /**
   * These attempts, or {@link #NONE} if their timestamp lies in the future. The clock was ahead
   * when such a timestamp was noted: it may have caused the failure (no TLS works under such a
   * clock), and it makes the time of the next attempt wrong.
   */
  FailedAttempts asOf(Instant now) {
    return at.isAfter(now.plus(SKEW)) ? NONE : this;
  }

  String encode() {
    return new JsonObject()
        .put("failures", failures)
        .put("at", at)
        .put("next", next)
        .put("problem", problem)
        .encodePrettily();
  }

  /** Reads the text of {@link #encode}; a text that cannot be parsed counts as no failure. */
  static FailedAttempts decode(String text) {
    try {
      JsonObject json = new JsonObject(text);
      Instant at = json.getInstant("at");
      if (at == null) {
        return NONE;
      }
      return new FailedAttempts(
          Math.max(0, json.getInteger("failures", 0)),
          at,
          json.getInstant("next", Instant.EPOCH),
          json.getString("problem", ""));
    } catch (RuntimeException e) {
      return NONE;
    }
  }
}
