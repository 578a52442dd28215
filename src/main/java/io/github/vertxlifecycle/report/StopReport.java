package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.HandDeployedTimeline;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The final report of a stop.
 *
 * @param reason why it began
 * @param exitCode what the process ends with; null if that is not known, because somebody else ends
 *     it: a {@code System.exit}, say
 * @param outcome that of the application: the worst of all components'; not clean if its start
 *     failed
 * @param durationMs from the first moment, the announcement included, to the last release
 * @param components those that had begun to start, in the order in which they stopped; after them
 *     what was deployed by hand beside them, whose names say so
 * @param criticalPath the components whose stops, end to end, made it take that long; first to last
 * @param longestWork the work that took longest among what drains waited for, longest first
 * @param run which application this was, and when; null where that is not known
 */
public record StopReport(
    String reason,
    @Nullable Integer exitCode,
    Outcome outcome,
    long durationMs,
    List<ComponentReport> components,
    List<String> criticalPath,
    List<LongWork> longestWork,
    @Nullable ApplicationRun run) {

  /**
   * A report without work and of an unknown application.
   *
   * @param reason why it began
   * @param exitCode what the process ends with, null if that is not known
   * @param outcome that of the application
   * @param durationMs how long it took
   * @param components those that had begun to start
   * @param criticalPath what made it take that long
   */
  StopReport(
      String reason,
      @Nullable Integer exitCode,
      Outcome outcome,
      long durationMs,
      List<ComponentReport> components,
      List<String> criticalPath) {
    this(reason, exitCode, outcome, durationMs, components, criticalPath, List.of(), null);
  }

  /**
   * A unit of work that a drain waited for.
   *
   * @param component whose drain
   * @param what its name, with its peer where one is known
   * @param ageMs from its admission to its end, or until it was cut
   * @param cut whether its deadline overtook it
   */
  public record LongWork(String component, String what, long ageMs, boolean cut) {}

  /**
   * One component's part in it. {@code waitedMs + drainedMs + releasedMs}, counted from the end of
   * the announcement, is the moment at which it had stopped.
   *
   * @param name the component
   * @param outcome how it stopped; not clean if it did not start
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
   * @param exitCode what the process will end with, null if that is not known
   * @return the report
   */
  public static StopReport of(LifecycleTimeline timeline, @Nullable Integer exitCode) {
    return of(timeline, exitCode, timeline.latest());
  }

  /**
   * Makes the report of a stop that is given up: what has not ended by now took until now.
   *
   * @param timeline what has happened; may go on meanwhile, as it does when a watchdog asks
   * @param exitCode what the process will end with, null if that is not known
   * @param now the time, in nanoseconds of the clock that the events were taken by
   * @return the report
   */
  public static StopReport of(LifecycleTimeline timeline, @Nullable Integer exitCode, long now) {
    return of(timeline, List.of(), exitCode, now);
  }

  /**
   * Makes the report of an application and of what was deployed by hand beside it.
   *
   * @param timeline what has happened; may go on meanwhile
   * @param handDeployed what has happened to those that were deployed by hand
   * @param exitCode what the process will end with, null if that is not known
   * @param now the time, in nanoseconds of the clock that the events were taken by
   * @return the report
   */
  public static StopReport of(
      LifecycleTimeline timeline,
      List<HandDeployedTimeline> handDeployed,
      @Nullable Integer exitCode,
      long now) {
    return new StopReportMaker(timeline, handDeployed, now).report(exitCode);
  }

  /**
   * This report, of a stop that has been asked for and has not come to its first event.
   *
   * @param asked why it was asked for
   * @return this if the events have told the reason, which counts; else the same with that reason
   */
  public StopReport orReason(@Nullable StopReason asked) {
    return asked == null || !reason.equals(StopReportMaker.NOT_ASKED)
        ? this
        : new StopReport(
            asked.detail(),
            exitCode,
            outcome,
            durationMs,
            components,
            criticalPath,
            longestWork,
            run);
  }

  /**
   * This report with what the process knows of itself.
   *
   * @param which which application this was, and when
   * @return the same, with that
   */
  public StopReport of(ApplicationRun which) {
    return new StopReport(
        reason, exitCode, outcome, durationMs, components, criticalPath, longestWork, which);
  }

  /**
   * For people and for a log: how it ended, what did not end well, and what took the time.
   *
   * @return one line
   */
  public String toLine() {
    return StopText.line(this);
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
    return fields().encode();
  }

  /**
   * For a log that keeps fields beside a message.
   *
   * @return what {@link #toJson()} says
   */
  public JsonObject fields() {
    return StopJson.of(this);
  }
}
