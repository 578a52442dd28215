package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the events of a stop and makes the report. Thread-safe; a report may be asked for in the
 * middle of a stop, as a watchdog does.
 */
public final class StopTimeline implements LifecycleListener {

  private final Object lock = new Object();

  // all under lock
  private ComponentGraph graph = ComponentGraph.of(Map.of());
  private @Nullable StopReason reason;
  private long began;
  private long origin;
  private boolean announced;
  private long latest;
  private boolean over;
  private final Map<String, Stop> stops = new LinkedHashMap<>();
  private final Set<String> ended = new LinkedHashSet<>();

  /** One component's moments, in the clock's nanoseconds; null while they have not come. */
  private static final class Stop {
    @Nullable Long drain;
    @Nullable Long release;
    @Nullable Long end;
    Outcome outcome = Outcome.TIMED_OUT;
    List<CutWork> cut = List.of();
    @Nullable Throwable failure;
  }

  /** Makes an empty timeline. */
  public StopTimeline() {}

  @Override
  public void on(LifecycleEvent event) {
    synchronized (lock) {
      if (!over) {
        latest = event.at();
      }
      if (event instanceof LifecycleEvent.StartBegan e) {
        graph = ComponentGraph.of(e.dependencies());
      } else if (event instanceof LifecycleEvent.StopBegan e) {
        reason = e.reason();
        began = e.at();
        origin = e.at();
      } else if (event instanceof LifecycleEvent.AnnounceEnded e) {
        announced = true;
        origin = e.at();
      } else if (event instanceof LifecycleEvent.ComponentStarting e) {
        stops.put(e.component(), new Stop());
      } else if (event instanceof LifecycleEvent.ComponentDraining e) {
        stop(e).drain = e.at();
      } else if (event instanceof LifecycleEvent.ComponentReleasing e) {
        stop(e).release = e.at();
        stop(e).cut = e.cut();
      } else if (event instanceof LifecycleEvent.ComponentStopped e) {
        ended.add(e.component());
        stop(e).end = e.at();
        stop(e).outcome = e.outcome();
        if (e.failure() != null) {
          stop(e).failure = e.failure(); // else that of its start, if there was one
        }
      } else if (event instanceof LifecycleEvent.ComponentStartFailed e) {
        stop(e).failure = e.cause();
      }
      over |= event instanceof LifecycleEvent.Stopped;
      // the other events are of no consequence here
    }
  }

  private Stop stop(LifecycleEvent.ComponentEvent event) {
    return stops.computeIfAbsent(event.component(), name -> new Stop());
  }

  /**
   * The outcome of the whole so far: the worst of all components', where lost work is worse than a
   * failure without loss. A component that has not stopped counts as timed out.
   *
   * @return the outcome
   */
  public Outcome outcome() {
    synchronized (lock) {
      return stops.values().stream()
          .map(stop -> stop.outcome)
          .max(Comparator.comparingInt(StopTimeline::severity))
          .orElse(Outcome.CLEAN);
    }
  }

  private static int severity(Outcome outcome) {
    return switch (outcome) {
      case CLEAN -> 0;
      case FAILED -> 1;
      case CUT -> 2;
      case TIMED_OUT -> 3;
    };
  }

  /**
   * Makes the report of what has happened until the last event.
   *
   * @param exitCode what the process will end with
   * @return the report
   */
  public StopReport report(int exitCode) {
    synchronized (lock) {
      return report(exitCode, latest);
    }
  }

  /**
   * Makes the report of a stop that is given up: what has not ended by now took until now.
   *
   * @param exitCode what the process will end with
   * @param now the time, in nanoseconds of the clock that the events were taken by
   * @return the report
   */
  public StopReport report(int exitCode, long now) {
    synchronized (lock) {
      long until = over ? latest : now;
      Set<String> order = new LinkedHashSet<>(ended); // by event: moments may be equal
      order.addAll(stops.keySet());
      Map<String, Long> stopped = new HashMap<>();
      List<StopReport.ComponentReport> components = new ArrayList<>();
      for (String name : order) {
        stopped.put(name, (long) components.size());
        components.add(component(name, stops.getOrDefault(name, new Stop()), until));
      }
      return new StopReport(
          reason == null ? "not asked to stop" : reason.detail(),
          exitCode,
          outcome(),
          reason == null ? 0 : millis(until - began),
          List.copyOf(components),
          CriticalPath.of(graph, stopped));
    }
  }

  private StopReport.ComponentReport component(String name, Stop stop, long until) {
    long end = sinceOrigin(stop.end == null ? until : stop.end);
    long release = stop.release == null ? end : sinceOrigin(stop.release);
    long drain = stop.drain == null ? release : sinceOrigin(stop.drain);
    return new StopReport.ComponentReport(
        name, stop.outcome, drain, release - drain, end - release, stop.cut, text(stop.failure));
  }

  /** Rounds each moment, not each span, so that the spans add up to the moments. */
  private long sinceOrigin(long nanos) {
    return announced ? Math.max(0, millis(nanos - origin)) : 0;
  }

  private static long millis(long nanos) {
    return Math.round(nanos / 1e6);
  }

  private static @Nullable String text(@Nullable Throwable failure) {
    if (failure == null) {
      return null;
    }
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.toString() : message;
  }
}
