package io.github.vertxlifecycle.work;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A unit of work as it looked at one moment.
 *
 * @param name what it is
 * @param peer on whose behalf, if known: a client's address
 * @param ageNanos how long it had been in flight
 * @param origin where it was admitted, innermost call first; empty unless that is captured
 */
public record WorkInFlight(
    String name, @Nullable String peer, long ageNanos, List<StackTraceElement> origin) {

  /**
   * Copies the list.
   *
   * @param name what it is
   * @param peer on whose behalf
   * @param ageNanos how long it had been in flight
   * @param origin where it was admitted, copied
   */
  public WorkInFlight {
    origin = List.copyOf(origin);
  }

  /**
   * Work of unknown origin.
   *
   * @param name what it is
   * @param peer on whose behalf, if known
   * @param ageNanos how long it had been in flight
   */
  public WorkInFlight(String name, @Nullable String peer, long ageNanos) {
    this(name, peer, ageNanos, List.of());
  }

  /**
   * Name and peer in one.
   *
   * @return for example {@code GET /:code from 127.0.0.1:40112}
   */
  public String label() {
    return peer == null ? name : name + " from " + peer;
  }
}
