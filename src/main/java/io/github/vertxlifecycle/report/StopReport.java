package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The final report of a stop.
 *
 * @param reason why it began
 * @param exitCode what the process ended with, or would have
 * @param outcome that of the application: the worst of all components'
 * @param durationMs from the first moment, the announcement included, to the last release
 * @param components those that had begun to start, in the order in which they stopped
 * @param criticalPath the components whose stops, end to end, made it take that long; first to last
 */
public record StopReport(
    String reason,
    int exitCode,
    Outcome outcome,
    long durationMs,
    List<ComponentReport> components,
    List<String> criticalPath) {

  /**
   * One component's part in it. {@code waitedMs + drainedMs + releasedMs}, counted from the end of
   * the announcement, is the moment at which it had stopped.
   *
   * @param name the component
   * @param outcome how it stopped
   * @param waitedMs until its dependents had stopped
   * @param drainedMs until nothing was in flight, or its deadline
   * @param releasedMs until all was given back, or its deadline
   * @param cut what its deadline overtook
   * @param failure what went wrong; null for nothing
   */
  public record ComponentReport(
      String name,
      Outcome outcome,
      long waitedMs,
      long drainedMs,
      long releasedMs,
      List<CutWork> cut,
      @Nullable String failure) {

    /**
     * When it had stopped.
     *
     * @return milliseconds from the end of the announcement
     */
    public long stoppedMs() {
      return waitedMs + drainedMs + releasedMs;
    }
  }

  /**
   * Makes the report of what has happened until the last event.
   *
   * @param timeline what has happened; may go on meanwhile
   * @param exitCode what the process will end with
   * @return the report
   */
  public static StopReport of(LifecycleTimeline timeline, int exitCode) {
    return of(timeline, exitCode, timeline.latest());
  }

  /**
   * Makes the report of a stop that is given up: what has not ended by now took until now.
   *
   * @param timeline what has happened; may go on meanwhile, as it does when a watchdog asks
   * @param exitCode what the process will end with
   * @param now the time, in nanoseconds of the clock that the events were taken by
   * @return the report
   */
  public static StopReport of(LifecycleTimeline timeline, int exitCode, long now) {
    return new StopReportMaker(timeline, now).report(exitCode);
  }

  /**
   * For people, at most 100 columns wide; what is longer goes on in the next line.
   *
   * @return lines, the last one ended too
   */
  public String toText() {
    return new StopText(this).toString();
  }

  /**
   * For machines.
   *
   * @return one JSON object on one line
   */
  public String toJson() {
    return StopJson.of(this).encode();
  }
}
