package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.work.WorkInFlight;
import java.util.Comparator;
import java.util.List;

/**
 * The work of one component, over all its instances.
 *
 * @param admitted how many pieces it ever took
 * @param refused how many came when it took none
 * @param inFlight what is in flight now, oldest first
 */
public record Load(long admitted, long refused, List<WorkInFlight> inFlight) {

  static final Load NONE = new Load(0, 0, List.of());

  /**
   * Copies the list, and sorts it.
   *
   * @param admitted how many pieces it ever took
   * @param refused how many came when it took none
   * @param inFlight what is in flight, in any order
   */
  public Load {
    inFlight =
        inFlight.stream()
            .sorted(Comparator.comparingLong(WorkInFlight::ageNanos).reversed())
            .toList();
  }

  static Load sum(List<Load> loads) {
    return new Load(
        loads.stream().mapToLong(Load::admitted).sum(),
        loads.stream().mapToLong(Load::refused).sum(),
        loads.stream().flatMap(one -> one.inFlight().stream()).toList());
  }
}
