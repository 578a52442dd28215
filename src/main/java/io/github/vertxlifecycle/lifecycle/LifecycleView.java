package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecyclePhase;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a lifecycle while it goes on, from any thread, without holding it up.
 *
 * <p>It remembers what the events said and asks the work trackers; the conductor is not touched. So
 * it answers even if a task of the lifecycle never ends. Events are taken in one at a time; readers
 * see each component's timeline as it was after one event, but two components may be an event
 * apart.
 */
public final class LifecycleView {

  private final String application;
  private final ComponentGraph graph;
  private final Function<String, ComponentLimits> plan;
  private final Function<String, WorkStats> stats;
  private final Supplier<List<HealthCheck>> checks;
  private final Clock clock;

  private final Map<String, ComponentTimeline> timeline = new ConcurrentHashMap<>();
  private final Map<String, Duration> drainLimits = new ConcurrentHashMap<>();
  private volatile Whole whole =
      new Whole(LifecyclePhase.NEW, null, null, null, null, null, null, Duration.ZERO);

  /** The whole, without its components. */
  private record Whole(
      LifecyclePhase phase,
      @Nullable StopReason reason,
      @Nullable Long began,
      @Nullable Long started,
      @Nullable Long stopBegan,
      @Nullable Long announceEnded,
      @Nullable Long stopped,
      Duration stopTimeout) {}

  LifecycleView(
      String application,
      ComponentGraph graph,
      Function<String, ComponentLimits> plan,
      Function<String, WorkStats> stats,
      Supplier<List<HealthCheck>> checks,
      Clock clock) {
    this.application = application;
    this.graph = graph;
    this.plan = plan;
    this.stats = stats;
    this.checks = checks;
    this.clock = clock;
  }

  /** Takes an event in; called by the lifecycle's executor, before any listener hears it. */
  void on(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.ComponentEvent ofComponent) {
      String name = ofComponent.component();
      if (event instanceof LifecycleEvent.ComponentDraining e) {
        drainLimits.put(name, e.atMost());
      }
      timeline.put(name, timelineOf(name).after(ofComponent));
    } else {
      whole = after(whole, event);
    }
  }

  private static Whole after(Whole w, LifecycleEvent event) {
    Long at = event.at();
    if (event instanceof LifecycleEvent.StartBegan) {
      return new Whole(
          LifecyclePhase.STARTING, w.reason, at, null, null, null, null, w.stopTimeout);
    } else if (event instanceof LifecycleEvent.Started) {
      return new Whole(
          LifecyclePhase.RUNNING, w.reason, w.began, at, null, null, null, w.stopTimeout);
    } else if (event instanceof LifecycleEvent.StopBegan e) {
      return new Whole(
          LifecyclePhase.ANNOUNCING,
          e.reason(),
          w.began,
          w.started,
          at,
          null,
          null,
          e.stopTimeout());
    } else if (event instanceof LifecycleEvent.AnnounceEnded) {
      return new Whole(
          LifecyclePhase.STOPPING,
          w.reason,
          w.began,
          w.started,
          w.stopBegan,
          at,
          null,
          w.stopTimeout);
    } else if (event instanceof LifecycleEvent.Stopped) {
      return new Whole(
          LifecyclePhase.STOPPED,
          w.reason,
          w.began,
          w.started,
          w.stopBegan,
          w.announceEnded,
          at,
          w.stopTimeout);
    }
    return w; // the others move nothing
  }

  private ComponentTimeline timelineOf(String name) {
    return timeline.getOrDefault(name, ComponentTimeline.NEW);
  }

  /**
   * What the application is called.
   *
   * @return the name of the root verticle's class
   */
  public String application() {
    return application;
  }

  /**
   * When a component came to what, without its work.
   *
   * @param component its name
   * @return its timeline so far
   */
  public ComponentTimeline timeline(String component) {
    return timelineOf(component);
  }

  /**
   * The components and their dependencies.
   *
   * @return the graph
   */
  public ComponentGraph graph() {
    return graph;
  }

  /**
   * Where the whole stands.
   *
   * @return the phase
   */
  public LifecyclePhase phase() {
    return whole.phase;
  }

  /**
   * The health checks of all instances that have started so far.
   *
   * @return a fresh list
   */
  public List<HealthCheck> checks() {
    return checks.get();
  }

  /**
   * Looks.
   *
   * @return everything at this moment; linear in components, dependencies and work in flight
   */
  public Snapshot now() {
    Whole w = whole;
    long now = clock.nanos();
    return new Snapshot(
        now,
        w.phase,
        w.reason,
        w.began,
        w.started,
        w.stopBegan,
        w.announceEnded,
        w.stopped,
        w.stopBegan == null ? null : left(w.stopBegan, w.stopTimeout, now),
        graph.startOrder().stream().map(name -> component(name, w, now)).toList());
  }

  ComponentState state(String name) {
    return timelineOf(name).state();
  }

  /** One component at this moment. */
  Snapshot.ComponentSnapshot now(String name) {
    return component(name, whole, clock.nanos());
  }

  private Snapshot.ComponentSnapshot component(String name, Whole w, long now) {
    ComponentTimeline its = timelineOf(name);
    return new Snapshot.ComponentSnapshot(
        name,
        graph.dependenciesOf(name),
        its,
        left(name, its, now),
        waitsFor(name, its, w),
        stats.apply(name));
  }

  private @Nullable Duration left(String name, ComponentTimeline its, long now) {
    Long since = its.since();
    Duration limit =
        switch (its.state()) {
          case STARTING -> plan.apply(name).startTimeout();
          case DRAINING -> drainLimits.get(name);
          case RELEASING -> plan.apply(name).releaseTimeout();
          case NEW, RUNNING, WAITING, STOPPED -> null;
        };
    return since == null || limit == null ? null : left(since, limit, now);
  }

  private static Duration left(long since, Duration limit, long now) {
    Duration left = limit.minusNanos(now - since);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private List<String> waitsFor(String name, ComponentTimeline its, Whole w) {
    return switch (its.state()) {
      case NEW ->
          w.phase == LifecyclePhase.STARTING
              ? graph.dependenciesOf(name).stream()
                  .filter(one -> timelineOf(one).state() != ComponentState.RUNNING)
                  .toList()
              : List.of();
      case WAITING ->
          graph.dependentsOf(name).stream()
              .filter(one -> isBetweenStartAndStop(timelineOf(one).state()))
              .toList();
      case STARTING, RUNNING, DRAINING, RELEASING, STOPPED -> List.of();
    };
  }

  private static boolean isBetweenStartAndStop(ComponentState state) {
    return state != ComponentState.NEW && state != ComponentState.STOPPED;
  }

  /** The components that cannot go on before this one has. */
  List<String> heldUpBy(String name) {
    boolean starts = timelineOf(name).state() == ComponentState.STARTING;
    ComponentState held = starts ? ComponentState.NEW : ComponentState.WAITING;
    List<String> heldUp = new ArrayList<>();
    for (String one : starts ? graph.dependentsOf(name) : graph.dependenciesOf(name)) {
      if (timelineOf(one).state() == held) {
        heldUp.add(one);
      }
    }
    return heldUp;
  }
}
