package io.github.vertxlifecycle.event;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A unit of work that was still in flight when its deadline passed.
 *
 * @param what its name, with its peer where one is known
 * @param age how long it had been in flight
 * @param origin where it was admitted, innermost call first; empty unless that was captured
 */
public record CutWork(String what, Duration age, List<StackTraceElement> origin) {

  /**
   * Checks that nothing is missing.
   *
   * @param what its name
   * @param age how long it was in flight
   * @param origin where it was admitted, copied
   */
  public CutWork {
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(age, "age");
    origin = List.copyOf(origin);
  }

  /**
   * Work of unknown origin.
   *
   * @param what its name
   * @param age how long it had been in flight
   */
  public CutWork(String what, Duration age) {
    this(what, age, List.of());
  }
}
