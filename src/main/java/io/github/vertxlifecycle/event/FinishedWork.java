package io.github.vertxlifecycle.event;

import java.time.Duration;
import java.util.Objects;

/**
 * A unit of work that a drain has waited for and that ended in time.
 *
 * @param what its name, with its peer where one is known
 * @param took from its admission to its end
 */
public record FinishedWork(String what, Duration took) {

  /**
   * Checks that nothing is missing.
   *
   * @param what its name
   * @param took from its admission to its end
   */
  public FinishedWork {
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(took, "took");
  }
}
