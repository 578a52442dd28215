package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.launcher.ExitCode;
import io.github.vertxlifecycle.report.Pictures;
import io.github.vertxlifecycle.report.StopReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How an application, or a component alone, has stopped. {@link StopResultAssert#assertThat} says
 * what it should have been. Immutable, but for what still happens if it was taken before the end.
 */
public final class StopResult {

  private final String application;
  private final String test;
  private final LifecycleTimeline timeline;
  private final StopReport report;
  private final List<LifecycleEvent.LateUse> lateUses;
  private final List<UnfinishedCall> unfinished;
  private final List<String> broken;
  private @Nullable Path svg; // this

  /**
   * Makes one.
   *
   * @param application the name of the root's class
   * @param test whose application it was, for messages and for the name of the picture
   * @param timeline what has happened
   * @param report what the stop came to
   * @param lateUses who used what had stopped
   * @param unfinished what was called, and not answered when it had stopped
   * @param broken what the toolkit promises of every stop, and did not hold
   */
  StopResult(
      String application,
      String test,
      LifecycleTimeline timeline,
      StopReport report,
      List<LifecycleEvent.LateUse> lateUses,
      List<UnfinishedCall> unfinished,
      List<String> broken) {
    this.application = application;
    this.test = test;
    this.timeline = timeline;
    this.report = report;
    this.lateUses = List.copyOf(lateUses);
    this.unfinished = List.copyOf(unfinished);
    this.broken = List.copyOf(broken);
  }

  /**
   * What the launcher's process would have ended with, had this been its stop: 0 after a clean one,
   * else as {@link ExitCode} says. Of this stop alone, without signals and what else may hold up a
   * process; {@link ApplicationProcess} has the real one.
   *
   * @return the exit code
   */
  public int exitCode() {
    return ExitCode.of(outcome(), timeline.failure() != null).number();
  }

  /**
   * The final report, as the launcher would have made it, without an exit code.
   *
   * @return the report
   */
  public StopReport report() {
    return report;
  }

  /**
   * The outcome of the whole: the worst of all components'.
   *
   * @return the outcome
   */
  public Outcome outcome() {
    return report.outcome();
  }

  /**
   * Whether every component stopped clean, and none has said that it cannot go on.
   *
   * @return whether nothing was lost
   */
  public boolean isClean() {
    return outcome() == Outcome.CLEAN && timeline.failure() == null;
  }

  /**
   * How long the stop took, from its first moment, the announcement included, to the last release.
   *
   * @return the time by the clock of the application; of a component alone by the test's own
   */
  public Duration duration() {
    Long began = timeline.application().stopBegan();
    Long ended = timeline.application().stopped();
    return began == null
        ? Duration.ZERO
        : Duration.ofNanos((ended == null ? timeline.latest() : ended) - began);
  }

  /**
   * The components in the order in which they had stopped.
   *
   * @return their names, a copy
   */
  public List<String> stopped() {
    return timeline.stopped();
  }

  /**
   * The work that was cut.
   *
   * @return the names of the work by component, a copy; none for a component that cut nothing
   */
  public Map<String, List<String>> cut() {
    Map<String, List<String>> cut = new TreeMap<>();
    for (StopReport.ComponentReport one : report.components()) {
      if (!one.cut().isEmpty()) {
        cut.put(one.name(), one.cut().stream().map(CutWork::what).toList());
      }
    }
    return cut;
  }

  /**
   * Who used a component that was stopping or had stopped: most often a dependency that was not
   * declared.
   *
   * @return the uses in their order
   */
  public List<LifecycleEvent.LateUse> lateUses() {
    return lateUses;
  }

  /**
   * Which calls of fakes were not answered when the fake's component had stopped: most often work
   * that nobody tracks.
   *
   * @return the calls
   */
  public List<UnfinishedCall> unfinishedCalls() {
    return unfinished;
  }

  /**
   * What the toolkit promises of every stop, however it ends, and did not hold in this one: the
   * order, the budget, that what was lost is named, and that nothing was used late or left
   * unfinished by a component that says it has stopped clean.
   *
   * @return a sentence for each, with what to do; empty is good
   */
  public List<String> brokenPromises() {
    return broken;
  }

  /**
   * When a component came to what.
   *
   * @param component its name
   * @return its moments
   * @throws IllegalArgumentException if no such component has begun to start
   */
  public ComponentTimeline timeline(String component) {
    if (!timeline.begun().contains(component)) {
      throw new IllegalArgumentException(
          "no component \"%s\" has begun to start; there are %s"
              .formatted(component, String.join(", ", timeline.begun())));
    }
    return timeline.component(component);
  }

  /**
   * The report and the timeline of the stop, for a terminal.
   *
   * @return lines of at most 100 columns, each ended
   */
  public String text() {
    StringBuilder text = new StringBuilder(report.toText());
    LifecycleEvent.Failed failed = timeline.failure();
    if (failed != null) {
      text.append(failed.text()).append('\n');
    }
    for (LifecycleEvent.LateUse use : lateUses) {
      text.append(late(use)).append('\n');
    }
    unfinished.stream()
        .map(UnfinishedCall::text)
        .distinct()
        .forEach(call -> text.append(call).append('\n'));
    return text.append(new Pictures(timeline).text(report, false)).toString();
  }

  private static String late(LifecycleEvent.LateUse use) {
    String user = UnfinishedCall.named(use.user());
    return "%s used \"%s\" late%s"
        .formatted(
            user,
            use.component(),
            use.user().isEmpty() || use.left() != null
                ? ""
                : "; declare .dependsOn(\"%s\") on %s".formatted(use.component(), user));
  }

  /**
   * Draws start and stop into a file beside the Surefire report: {@code target/surefire-reports}
   * below the project, or where the system property {@code vertx-lifecycle.reports} says, or where
   * there is neither the directory for temporary files. Every result has a file of its own.
   *
   * @return the file; the same for every call
   */
  public synchronized Path saveSvg() {
    Path saved = svg;
    if (saved == null) {
      saved = PictureFile.save(application + "-" + test, new Pictures(timeline).svg(report));
      svg = saved;
    }
    return saved;
  }

  /** What is wrong, all that is known of it, and where the picture is. */
  String explained(String problem) {
    return "%s\n%s\n%sThe picture: %s".formatted(problem, advice(), text(), picture());
  }

  private String picture() {
    try {
      return saveSvg().toString();
    } catch (RuntimeException e) {
      return "none, " + e.getMessage();
    }
  }

  /** What to do about each outcome that is not clean; empty if all is. */
  private String advice() {
    List<String> lines = new ArrayList<>();
    if (timeline.failure() != null) {
      lines.add("A component said that it cannot go on: see its cause.");
    }
    for (StopReport.ComponentReport one : report.components()) {
      String what =
          switch (one.outcome()) {
            case CLEAN -> null;
            case CUT ->
                "Wait for that work before the stop, end it in onDrain, or give it more time:"
                    + " lifecycle.stopTimeout, or drainTimeout of \""
                    + one.name()
                    + "\".";
            case FAILED ->
                one.failure() == null ? "See the log." : "Its stop failed: " + one.failure() + ".";
            case TIMED_OUT ->
                "Its release has no end: complete the future of its onStop, or give it more time,"
                    + " releaseTimeout.";
          };
      if (what != null) {
        lines.add("\"%s\" %s. %s".formatted(one.name(), said(one), what));
      }
    }
    return String.join("\n", lines);
  }

  private static String said(StopReport.ComponentReport one) {
    return switch (one.outcome()) {
      case CLEAN -> "stopped clean";
      case CUT ->
          "was cut while it had in flight: "
              + String.join(", ", one.cut().stream().map(CutWork::what).toList());
      case FAILED -> "has failed";
      case TIMED_OUT -> "did not end in time";
    };
  }

  /** Who could not go on, or else the failure of the first component that has one; or null. */
  @Nullable Throwable cause() {
    LifecycleEvent.Failed failed = timeline.failure();
    if (failed != null) {
      return failed.cause();
    }
    for (String name : timeline.begun()) {
      ComponentTimeline its = timeline.component(name);
      Throwable failure = its.stopFailure() == null ? its.startFailure() : its.stopFailure();
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  String application() {
    return application;
  }

  /** For people; the same as {@link #text()}. */
  @Override
  public String toString() {
    return text();
  }
}
