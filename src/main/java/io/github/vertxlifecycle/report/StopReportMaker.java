package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.ApplicationTimeline;
import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns moments into the spans of a report. */
final class StopReportMaker {

  private final LifecycleTimeline timeline;
  private final ApplicationTimeline application;
  private final long until;

  StopReportMaker(LifecycleTimeline timeline, long now) {
    this.timeline = timeline;
    this.application = timeline.application();
    this.until = application.stopped() == null ? now : application.stopped();
  }

  StopReport report(int exitCode) {
    Set<String> order = new LinkedHashSet<>(timeline.stopped()); // by event: moments may be equal
    order.addAll(timeline.begun());
    Map<String, Long> stopped = new HashMap<>();
    List<StopReport.ComponentReport> components = new ArrayList<>();
    Outcome worst = Outcome.CLEAN;
    for (String name : order) {
      stopped.put(name, (long) components.size());
      StopReport.ComponentReport component = component(name, timeline.component(name));
      components.add(component);
      worst = worst.orWorse(component.outcome());
    }
    return new StopReport(
        application.reason() == null ? "not asked to stop" : application.reason().detail(),
        exitCode,
        worst,
        application.stopBegan() == null ? 0 : millis(until - application.stopBegan()),
        List.copyOf(components),
        CriticalPath.of(ComponentGraph.of(application.dependencies()), stopped));
  }

  private StopReport.ComponentReport component(String name, ComponentTimeline its) {
    long end = sinceOrigin(its.stopped() == null ? until : its.stopped());
    long release = its.releasing() == null ? end : sinceOrigin(its.releasing());
    long drain = its.draining() == null ? release : sinceOrigin(its.draining());
    return new StopReport.ComponentReport(
        name,
        its.outcome() == null ? Outcome.TIMED_OUT : its.outcome(),
        drain,
        release - drain,
        end - release,
        its.cut(),
        its.failure());
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
