package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.ApplicationTimeline;
import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plot of a start: until everything ran, else until the stop began, else until the last
 * event.
 */
final class StartPlot {

  private final long began;
  private final Map<String, ComponentTimeline> components = new LinkedHashMap<>();

  /** When each component ran; the end of the start for one that did not. */
  private final Map<String, Long> ran = new LinkedHashMap<>();

  private StartPlot(LifecycleTimeline timeline, long began, long end) {
    this.began = began;
    for (String name : timeline.begun()) {
      ComponentTimeline its = timeline.component(name);
      components.put(name, its);
      ran.put(name, its.started() == null ? end : its.started());
    }
  }

  /**
   * Makes it.
   *
   * @param timeline what has happened
   * @param graph who depends on whom
   * @return null if nothing has begun to start
   */
  static @Nullable Plot of(LifecycleTimeline timeline, ComponentGraph graph) {
    ApplicationTimeline application = timeline.application();
    long began = application.began() == null ? 0 : application.began();
    long end =
        application.started() != null
            ? application.started()
            : application.stopBegan() != null ? application.stopBegan() : timeline.latest();
    return new StartPlot(timeline, began, end).plot(end, graph);
  }

  private @Nullable Plot plot(long end, ComponentGraph graph) {
    if (components.isEmpty()) {
      return null;
    }
    long length = millis(end);
    Set<String> critical = new HashSet<>(criticalPath(graph));
    List<Plot.Row> rows = new ArrayList<>();
    components.forEach((name, its) -> rows.add(row(name, its, critical)));
    return new Plot("Start: " + Plot.ms(length), length, rows);
  }

  private Plot.Row row(String name, ComponentTimeline its, Set<String> critical) {
    long waited = its.starting() == null ? 0 : millis(its.starting());
    long took = millis(ran.getOrDefault(name, began)) - waited;
    boolean runs = its.started() != null;
    String note =
        "took "
            + Plot.ms(took)
            + (runs ? "" : its.startFailure() != null ? ", FAILED" : ", abandoned");
    return new Plot.Row(
        name,
        critical.contains(name),
        List.of(
            new Plot.Bar(Plot.BarKind.WAITED, 0, waited),
            new Plot.Bar(Plot.BarKind.STARTED, waited, took)),
        note,
        !runs);
  }

  /** From the last that ran back to the dependency it waited for longest, and so on. */
  private List<String> criticalPath(ComponentGraph graph) {
    List<String> path = new ArrayList<>();
    String last = latest(ran.keySet());
    while (last != null) {
      path.add(last);
      last = latest(graph.dependenciesOf(last));
    }
    return path;
  }

  private @Nullable String latest(Iterable<String> names) {
    String latest = null;
    for (String name : names) {
      Long its = ran.get(name);
      if (its != null && (latest == null || its > ran.getOrDefault(latest, its))) {
        latest = name;
      }
    }
    return latest;
  }

  private long millis(long nanos) {
    return Math.max(0, Math.round((nanos - began) / 1e6));
  }
}
