package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ApplicationTimeline;
import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.LifecyclePhase;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a lifecycle while it goes on, from any thread, without holding it up.
 *
 * <p>It reads what the events said and asks the work trackers; the conductor is not touched. So it
 * answers even if a task of the lifecycle never ends. Readers see each component's timeline as it
 * was after one event, but two components may be an event apart.
 */
public final class LifecycleView {

  private final String application;
  private final ComponentGraph graph;
  private final Function<String, ComponentLimits> plan;
  private final Function<String, WorkStats> stats;
  private final Supplier<List<HealthCheck>> checks;
  private final LifecycleTimeline timeline;
  private final Clock clock;

  /**
   * Makes a view.
   *
   * @param timeline takes every event in before anybody else hears of it
   */
  LifecycleView(
      String application,
      ComponentGraph graph,
      Function<String, ComponentLimits> plan,
      Function<String, WorkStats> stats,
      Supplier<List<HealthCheck>> checks,
      LifecycleTimeline timeline,
      Clock clock) {
    this.application = application;
    this.graph = graph;
    this.plan = plan;
    this.stats = stats;
    this.checks = checks;
    this.timeline = timeline;
    this.clock = clock;
  }

  /**
   * The name of the application.
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
    return timeline.component(component);
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
   * The phase of the application.
   *
   * @return the phase
   */
  public LifecyclePhase phase() {
    return timeline.application().phase();
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
    ApplicationTimeline whole = timeline.application();
    long now = clock.nanos();
    Long stopBegan = whole.stopBegan();
    return new Snapshot(
        now,
        whole.phase(),
        whole.reason(),
        whole.began(),
        whole.started(),
        stopBegan,
        whole.announceEnded(),
        whole.stopped(),
        stopBegan == null ? null : left(stopBegan, whole.stopTimeout(), now),
        graph.startOrder().stream().map(name -> component(name, whole, now)).toList());
  }

  ComponentState state(String name) {
    return timeline.component(name).state();
  }

  /** One component at this moment. */
  Snapshot.ComponentSnapshot now(String name) {
    return component(name, timeline.application(), clock.nanos());
  }

  private Snapshot.ComponentSnapshot component(String name, ApplicationTimeline whole, long now) {
    ComponentTimeline its = timeline.component(name);
    return new Snapshot.ComponentSnapshot(
        name,
        graph.dependenciesOf(name),
        its,
        left(name, its, now),
        waitsFor(name, its, whole),
        stats.apply(name));
  }

  private @Nullable Duration left(String name, ComponentTimeline its, long now) {
    Long since = its.since();
    Duration limit =
        switch (its.state()) {
          case STARTING -> plan.apply(name).startTimeout();
          case DRAINING -> its.drainLimit();
          case RELEASING -> its.releaseLimit();
          case NEW, RUNNING, WAITING, STOPPED -> null;
        };
    return since == null || limit == null ? null : left(since, limit, now);
  }

  private static Duration left(long since, Duration limit, long now) {
    Duration left = limit.minusNanos(now - since);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private List<String> waitsFor(String name, ComponentTimeline its, ApplicationTimeline whole) {
    return switch (its.state()) {
      case NEW ->
          whole.phase() == LifecyclePhase.STARTING
              ? graph.dependenciesOf(name).stream()
                  .filter(one -> timeline.component(one).state() != ComponentState.RUNNING)
                  .toList()
              : List.of();
      case WAITING ->
          graph.dependentsOf(name).stream()
              .filter(one -> isBetweenStartAndStop(timeline.component(one).state()))
              .toList();
      case STARTING, RUNNING, DRAINING, RELEASING, STOPPED -> List.of();
    };
  }

  private static boolean isBetweenStartAndStop(ComponentState state) {
    return state != ComponentState.NEW && state != ComponentState.STOPPED;
  }

  /** The components that cannot go on before this one has. */
  List<String> heldUpBy(String name) {
    boolean starts = timeline.component(name).state() == ComponentState.STARTING;
    ComponentState held = starts ? ComponentState.NEW : ComponentState.WAITING;
    List<String> heldUp = new ArrayList<>();
    for (String one : starts ? graph.dependentsOf(name) : graph.dependenciesOf(name)) {
      if (timeline.component(one).state() == held) {
        heldUp.add(one);
      }
    }
    return heldUp;
  }
}
