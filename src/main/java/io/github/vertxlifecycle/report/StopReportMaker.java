package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.ApplicationTimeline;
import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.FinishedWork;
import io.github.vertxlifecycle.event.HandDeployedTimeline;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns moments into the spans of a report. */
final class StopReportMaker {

  /** The reason, while no event has told one. */
  static final String NOT_ASKED = "not asked to stop";

  private static final int MOST_WORK = 5;

  private final LifecycleTimeline timeline;
  private final ApplicationTimeline application;
  private final List<HandDeployedTimeline> handDeployed;
  private final long until;

  StopReportMaker(LifecycleTimeline timeline, List<HandDeployedTimeline> handDeployed, long now) {
    this.timeline = timeline;
    this.handDeployed = handDeployed;
    this.application = timeline.application();
    this.until = application.stopped() == null ? now : application.stopped();
  }

  StopReport report(@Nullable Integer exitCode) {
    Set<String> order = new LinkedHashSet<>(timeline.stopped()); // by event: moments may be equal
    order.addAll(timeline.begun());
    Map<String, Long> stopped = new HashMap<>();
    List<StopReport.ComponentReport> components = new ArrayList<>();
    StopReason reason = application.reason();
    boolean failed =
        timeline.failure() != null
            || (reason != null && reason.kind() == StopReason.Kind.FAILED_START);
    Outcome worst = failed ? Outcome.FAILED : Outcome.CLEAN;
    for (String name : order) {
      stopped.put(name, (long) components.size());
      StopReport.ComponentReport component = component(name, name, timeline.component(name));
      components.add(component);
      worst = worst.orWorse(component.outcome());
    }
    List<StopReport.LongWork> work = new ArrayList<>();
    components.forEach(one -> addWork(work, one, timeline.finished(one.name())));
    long over = until;
    for (HandDeployedTimeline one : handDeployed) {
      StopReport.ComponentReport its = component(one.name(), one.ownName(), one.timeline());
      components.add(its);
      addWork(work, its, one.longest());
      worst = worst.orWorse(its.outcome());
      over = Math.max(over, one.timeline().stopped() == null ? until : one.timeline().stopped());
    }
    return new StopReport(
        reason(),
        exitCode,
        worst,
        application.stopBegan() == null ? 0 : millis(over - application.stopBegan()),
        List.copyOf(components),
        CriticalPath.of(ComponentGraph.of(application.dependencies()), stopped),
        longest(work),
        null);
  }

  /** What ended in time and what was cut. */
  private static void addWork(
      List<StopReport.LongWork> all, StopReport.ComponentReport one, List<FinishedWork> finished) {
    for (FinishedWork work : finished) {
      all.add(longWork(one.name(), work.what(), work.took(), false));
    }
    for (CutWork work : one.cut()) {
      all.add(longWork(one.name(), work.what(), work.age(), true));
    }
  }

  private static List<StopReport.LongWork> longest(List<StopReport.LongWork> all) {
    all.sort(Comparator.comparingLong(StopReport.LongWork::ageMs).reversed());
    return List.copyOf(all.subList(0, Math.min(MOST_WORK, all.size())));
  }

  private static StopReport.LongWork longWork(
      String component, String what, Duration age, boolean cut) {
    return new StopReport.LongWork(component, what, age.toMillis(), cut);
  }

  private String reason() {
    StopReason reason = application.reason();
    String why = reason == null ? NOT_ASKED : reason.detail();
    LifecycleEvent.Failed failure = timeline.failure();
    return failure == null || why.equals(failure.text()) ? why : why + "; " + failure.text();
  }

  private StopReport.ComponentReport component(String name, String ownName, ComponentTimeline its) {
    long end = sinceOrigin(its.stopped() == null ? until : its.stopped());
    long release = its.releasing() == null ? end : sinceOrigin(its.releasing());
    long drain = its.draining() == null ? release : sinceOrigin(its.draining());
    return new StopReport.ComponentReport(
        name,
        outcome(its),
        drain,
        release - drain,
        end - release,
        its.cut(),
        failure(ownName, its));
  }

  /** A roll-back that ended well does not make a failed start a clean one. */
  private static Outcome outcome(ComponentTimeline its) {
    Outcome outcome = its.outcome() == null ? Outcome.TIMED_OUT : its.outcome();
    return its.startFailure() == null ? outcome : outcome.orWorse(Outcome.FAILED);
  }

  /** What went wrong; of a release that did not end, what to do about it. */
  private static @Nullable String failure(String name, ComponentTimeline its) {
    Long since = its.releasing();
    Long until = its.stopped();
    if (its.outcome() != Outcome.TIMED_OUT || since == null || until == null) {
      return its.failure();
    }
    return "its release did not end in time (%s); raise lifecycle.stopTimeout or %s.releaseTimeout%s"
        .formatted(
            Durations.format(Duration.ofNanos(until - since)),
            name,
            its.failure() == null ? "" : "; " + its.failure());
  }

  /** Rounds each moment, not each span, so that the spans add up to the moments. */
  private long sinceOrigin(long nanos) {
    Long origin = application.announceEnded();
    return origin == null ? 0 : Math.max(0, millis(nanos - origin));
  }

  private static long millis(long nanos) {
    return Math.round(nanos / 1e6);
  }
}
