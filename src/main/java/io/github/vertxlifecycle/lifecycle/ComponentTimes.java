package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Section;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time limits of one component. Null means not said.
 *
 * @param startTimeout how long its start may take; by default {@code lifecycle.startTimeout}
 * @param drainTimeout how long its drain may take; by default as long as the budget allows
 * @param releaseTimeout what is reserved for its release; 1 s by default
 */
record ComponentTimes(
    @Nullable Duration startTimeout, @Nullable Duration drainTimeout, Duration releaseTimeout) {

  static final ComponentTimes DEFAULT = new ComponentTimes(null, null, Duration.ofSeconds(1));

  ComponentTimes {
    if (startTimeout != null && (startTimeout.isZero() || startTimeout.isNegative())) {
      throw new IllegalArgumentException("startTimeout must be more than zero");
    }
    check("drainTimeout", drainTimeout);
    check("releaseTimeout", releaseTimeout);
  }

  private static void check(String name, @Nullable Duration timeout) {
    if (timeout != null && timeout.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative");
    }
  }

  /** The times in the configuration where it has them; else these. */
  ComponentTimes overriddenBy(Section section, LifecycleOptions options) {
    Duration start = section.duration("startTimeout");
    Duration drain = section.duration("drainTimeout");
    if (start != null && start.isZero()) {
      section.problem("startTimeout", "must be more than zero");
      start = null;
    }
    Duration own = startTimeout == null ? options.startTimeout() : startTimeout;
    return new ComponentTimes(
        start == null ? own : start,
        drain == null ? drainTimeout : drain,
        section.duration("releaseTimeout", releaseTimeout));
  }

  ComponentLimits plan(String name, Duration reserves) {
    return new ComponentLimits(
        name,
        startTimeout == null ? LifecycleOptions.DEFAULT.startTimeout() : startTimeout,
        drainTimeout,
        releaseTimeout,
        reserves);
  }
}
