package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.work.WorkInFlight;
import java.util.Comparator;
import java.util.List;

/**
 * The work of one component, over all its instances.
 *
 * @param admitted how many units of work it ever took
 * @param refused how many came when it took none
 * @param faulty how many peers said what makes no sense, no HTTP for one, and were sent away
 * @param inFlight what is in flight now, oldest first
 */
public record WorkStats(long admitted, long refused, long faulty, List<WorkInFlight> inFlight) {

  static final WorkStats NONE = new WorkStats(0, 0, 0, List.of());

  /**
   * Copies the list, and sorts it.
   *
   * @param admitted how many units of work it ever took
   * @param refused how many came when it took none
   * @param faulty how many peers said what makes no sense
   * @param inFlight what is in flight, in any order
   */
  public WorkStats {
    inFlight =
        inFlight.stream()
            .sorted(Comparator.comparingLong(WorkInFlight::ageNanos).reversed())
            .toList();
  }

  /**
   * The work of a component whose peers all make sense.
   *
   * @param admitted how many units of work it ever took
   * @param refused how many came when it took none
   * @param inFlight what is in flight, in any order
   */
  public WorkStats(long admitted, long refused, List<WorkInFlight> inFlight) {
    this(admitted, refused, 0, inFlight);
  }

  static WorkStats sum(List<WorkStats> stats) {
    return new WorkStats(
        stats.stream().mapToLong(WorkStats::admitted).sum(),
        stats.stream().mapToLong(WorkStats::refused).sum(),
        stats.stream().mapToLong(WorkStats::faulty).sum(),
        stats.stream().flatMap(one -> one.inFlight().stream()).toList());
  }
}
