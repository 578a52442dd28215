package io.github.vertxlifecycle.time;

import java.time.Duration;

/**
 * How long a stop may take, in one number, and how that number is shared out.
 *
 * <p>Every component keeps a reserve for its release. A drain may last until the total less the
 * reserves still to come, those along the longest chain of dependencies below, its own included. So
 * a request that hangs can never eat the time in which the database says goodbye. A release may
 * last until the total less the reserves of those that come after it: its own reserve is the least
 * that it gets, not the most.
 *
 * @param total from the first moment of the stop, announcement included, to the last release
 * @param announce the part of it in which everything still serves
 */
public record StopBudget(Duration total, Duration announce) {

  /**
   * Checks both durations.
   *
   * @param total more than zero
   * @param announce zero or more
   */
  public StopBudget {
    if (total.isNegative() || total.isZero()) {
      throw new IllegalArgumentException("stopTimeout must be more than zero, not " + total);
    }
    if (announce.isNegative()) {
      throw new IllegalArgumentException("announceDelay must not be negative, not " + announce);
    }
  }

  /**
   * When the drain of a component must have ended.
   *
   * @param reserves the sum of the releases still to come, its own included
   * @return the latest moment, counted from the start of the stop
   */
  public Duration drainBy(Duration reserves) {
    return total.minus(reserves);
  }

  /**
   * Whether a chain of releases leaves any time at all.
   *
   * @param reserves the sum of the releases along the chain
   * @return false if the announcement and those releases alone are longer than the total
   */
  public boolean fits(Duration reserves) {
    return announce.plus(reserves).compareTo(total) <= 0;
  }
}
