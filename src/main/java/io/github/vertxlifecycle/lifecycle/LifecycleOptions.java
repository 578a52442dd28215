package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.time.StopBudget;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code lifecycle} of the configuration.
 *
 * @param startTimeout how long the start of one component may take if it does not say otherwise
 * @param stopTimeout how long the whole stop may take, announcement included
 * @param announceDelay how long everything serves on after readiness went down
 * @param reportFile where the launcher writes the final report as JSON; null for nowhere
 */
public record LifecycleOptions(
    Duration startTimeout,
    Duration stopTimeout,
    Duration announceDelay,
    @Nullable String reportFile) {

  /** The defaults: 60 s, 25 s, 0, no file. */
  public static final LifecycleOptions DEFAULT =
      new LifecycleOptions(Duration.ofSeconds(60), Duration.ofSeconds(25), Duration.ZERO, null);

  static LifecycleOptions of(Section section) {
    return new LifecycleOptions(
        moreThanZero(section, "startTimeout", DEFAULT.startTimeout),
        moreThanZero(section, "stopTimeout", DEFAULT.stopTimeout),
        section.duration("announceDelay", DEFAULT.announceDelay),
        section.string("reportFile"));
  }

  /** Of a verticle without a root, from its own section. */
  static LifecycleOptions alone(Section section) {
    return new LifecycleOptions(
        DEFAULT.startTimeout,
        moreThanZero(section, "stopTimeout", DEFAULT.stopTimeout),
        Duration.ZERO,
        null);
  }

  private static Duration moreThanZero(Section section, String key, Duration byDefault) {
    Duration timeout = section.duration(key, byDefault);
    if (timeout.isZero()) {
      section.problem(
          key, "must be more than zero; " + Durations.format(byDefault) + " is the default");
      return byDefault;
    }
    return timeout;
  }

  StopBudget budget() {
    return new StopBudget(stopTimeout, announceDelay);
  }
}
