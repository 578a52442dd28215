package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers the events of a start, for its picture. Thread-safe. */
final class StartTimeline implements LifecycleListener {

  private final Object lock = new Object();

  // all under lock
  private ComponentGraph graph = ComponentGraph.of(Map.of());
  private long began;
  private @Nullable Long ended;
  private long latest;
  private final Map<String, Long> starting = new LinkedHashMap<>();
  private final Map<String, Long> started = new HashMap<>();
  private final Set<String> failed = new HashSet<>();

  @Override
  public void on(LifecycleEvent event) {
    synchronized (lock) {
      if (ended != null) {
        return;
      }
      latest = event.at();
      if (event instanceof LifecycleEvent.StartBegan e) {
        graph = ComponentGraph.of(e.dependencies());
        began = e.at();
      } else if (event instanceof LifecycleEvent.ComponentStarting e) {
        starting.put(e.component(), e.at());
      } else if (event instanceof LifecycleEvent.ComponentStarted e) {
        started.put(e.component(), e.at());
      } else if (event instanceof LifecycleEvent.ComponentStartFailed e) {
        failed.add(e.component());
      } else if (event instanceof LifecycleEvent.Started
          || event instanceof LifecycleEvent.StopBegan) {
        ended = event.at();
      }
      // the other events are of no consequence here
    }
  }

  /** Null if nothing has begun to start. */
  @Nullable Plot plot() {
    synchronized (lock) {
      if (starting.isEmpty()) {
        return null;
      }
      long end = ended == null ? latest : ended;
      long length = millis(end);
      Map<String, Long> at = new HashMap<>();
      starting.forEach((name, from) -> at.put(name, started.getOrDefault(name, end)));
      Set<String> critical = new HashSet<>(criticalPath(at));
      List<Plot.Row> rows = new ArrayList<>();
      starting.forEach((name, from) -> rows.add(row(name, from, at, critical)));
      return new Plot("Start: " + Plot.ms(length), length, rows);
    }
  }

  private Plot.Row row(String name, long from, Map<String, Long> at, Set<String> critical) {
    long waited = millis(from);
    long took = millis(at.getOrDefault(name, from)) - waited;
    boolean runs = started.containsKey(name);
    String note =
        "took " + Plot.ms(took) + (runs ? "" : failed.contains(name) ? ", FAILED" : ", abandoned");
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
  private List<String> criticalPath(Map<String, Long> at) {
    List<String> path = new ArrayList<>();
    String last = latest(at.keySet(), at);
    while (last != null) {
      path.add(last);
      last = latest(graph.dependenciesOf(last), at);
    }
    return path;
  }

  private static @Nullable String latest(Iterable<String> names, Map<String, Long> at) {
    String latest = null;
    for (String name : names) {
      Long its = at.get(name);
      if (its != null && (latest == null || its > at.getOrDefault(latest, its))) {
        latest = name;
      }
    }
    return latest;
  }

  private long millis(long nanos) {
    return Math.max(0, Math.round((nanos - began) / 1e6));
  }
}
