package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.StopBudget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the components along the graph and stops them against it.
 *
 * <p>There are no levels and no barriers: a component that has started tells its dependents, one
 * that has stopped tells its dependencies, and each goes on when it has heard from all. Every
 * method may be called from any thread; everything happens on one serial executor, so nothing here
 * is locked. Work per event is linear in the edges it crosses.
 */
final class Conductor {

  private static final Logger log = LoggerFactory.getLogger(Conductor.class);

  private final ComponentGraph graph;
  private final StopBudget budget;
  private final Clock clock;
  private final LifecycleListener listener;
  private final SerialExecutor executor = new SerialExecutor();
  private final Map<String, ComponentLifecycle> components = new LinkedHashMap<>();
  private final Promise<Void> started = Promise.promise();
  private final Promise<Void> stopped = Promise.promise();

  // touched by the executor only; volatile where anybody may read
  private int toStart;
  private int toStop;
  private boolean startBegan;
  private boolean startOver;
  private @Nullable StartFailedException startFailure;
  private @Nullable StopReason stopping;
  private boolean announcing;
  private boolean askedToDrain;
  private volatile @Nullable Deadline deadline;
  private volatile @Nullable Deadline latest;
  private Clock.@Nullable Timer announceTimer;
  private volatile boolean escalated;
  private @Nullable Function<Duration, Future<?>> permission;

  /**
   * Makes a conductor; nothing begins.
   *
   * @param graph the components
   * @param plan the times of each
   * @param handle what each is made of
   * @param budget the time for the stop
   * @param clock the clock of every deadline
   * @param listener hears every event, on the executor
   */
  Conductor(
      ComponentGraph graph,
      Function<String, ComponentLimits> plan,
      Function<String, ComponentHandle> handle,
      StopBudget budget,
      Clock clock,
      LifecycleListener listener) {
    this.graph = graph;
    this.budget = budget;
    this.clock = clock;
    this.listener = listener;
    for (String name : graph.startOrder()) {
      components.put(
          name,
          new ComponentLifecycle(
              this,
              plan.apply(name),
              handle.apply(name),
              graph.dependenciesOf(name).size(),
              graph.dependentsOf(name).size()));
    }
    toStart = components.size();
    toStop = components.size();
  }

  /**
   * Sets who is asked before anything drains. To be called before the start.
   *
   * @param asked given the longest time to wait for its answer; whatever that is, drains begin then
   */
  void askToDrain(Function<Duration, Future<?>> asked) {
    permission = asked;
  }

  Clock clock() {
    return clock;
  }

  long now() {
    return clock.nanos();
  }

  boolean escalated() {
    return escalated;
  }

  void turn(Runnable task) {
    executor.execute(task);
  }

  void emit(LifecycleEvent event) {
    tell(listener, event);
  }

  /** Tells one listener, whatever it does. */
  static void tell(LifecycleListener listener, LifecycleEvent event) {
    try {
      listener.on(event);
    } catch (RuntimeException | Error e) {
      log.error("A lifecycle listener failed on {}", event, FailureText.forLog(e));
    }
  }

  ComponentLifecycle component(String name) {
    ComponentLifecycle component = components.get(name);
    if (component == null) {
      throw new IllegalArgumentException("there is no component \"" + name + "\"");
    }
    return component;
  }

  Collection<ComponentLifecycle> components() {
    return components.values();
  }

  // ── start ──────────────────────────────────────────────────────────────────────────────────────

  /**
   * Starts everything.
   *
   * @return completes when all runs; fails after what had started was rolled back
   */
  Future<Void> start() {
    turn(
        () -> {
          if (startBegan) {
            return;
          }
          startBegan = true;
          if (startFailure != null) {
            abandonedStart(startFailure);
            return;
          }
          emit(new LifecycleEvent.StartBegan(now(), graph.dependencies()));
          components.values().forEach(ComponentLifecycle::startIfReady);
          startedIfAllRun();
        });
    return started.future();
  }

  void componentStarted(ComponentLifecycle component) {
    toStart--;
    for (String dependent : graph.dependentsOf(component.name())) {
      component(dependent).dependencyStarted();
    }
    startedIfAllRun();
  }

  private void startedIfAllRun() {
    if (toStart == 0 && !startOver && stopping == null) {
      startOver = true;
      emit(new LifecycleEvent.Started(now()));
      started.complete();
    }
  }

  void componentFailedToStart(ComponentLifecycle component, Throwable cause) {
    startFailure = didNotStart(component, cause);
    begin(
        new StopReason(
            StopReason.Kind.FAILED_START, "start of \"" + component.name() + "\" failed"));
  }

  /** Another failure had ended the start before; keeps this one with it. */
  void abandonedStartFailed(ComponentLifecycle component, Throwable cause) {
    if (startFailure != null) {
      startFailure.addSuppressed(didNotStart(component, cause));
    }
  }

  private static StartFailedException didNotStart(ComponentLifecycle component, Throwable cause) {
    return new StartFailedException(
        "component \"%s\" did not start: %s"
            .formatted(component.name(), ComponentLifecycle.message(cause)),
        cause);
  }

  private void abandonedStart(StartFailedException failure) {
    startOver = true;
    StopFailedException rollback = stopFailure();
    if (rollback != null) {
      failure.addSuppressed(rollback);
    }
    emit(new LifecycleEvent.StartFailed(now(), failure));
    started.fail(failure);
  }

  // ── stop ───────────────────────────────────────────────────────────────────────────────────────

  /**
   * Stops everything: announce, then each component as soon as its dependents have stopped.
   *
   * @param reason who asked; the first one is kept
   * @return completes, never fails, when every component has stopped; the same future for every
   *     call
   */
  Future<Void> stop(StopReason reason) {
    turn(() -> begin(reason));
    return stopped.future();
  }

  /**
   * Somebody cannot go on: stops everything, unless that has begun, and keeps the cause.
   *
   * @param who a component's name, or the root's
   * @param cause why
   */
  void fail(String who, Throwable cause) {
    turn(
        () -> {
          LifecycleEvent.Failed failed = new LifecycleEvent.Failed(now(), who, cause);
          emit(failed);
          if (stopping == null && !startOver && startFailure == null) {
            startFailure =
                new StartFailedException("the start was abandoned: " + failed.text(), cause);
          }
          begin(new StopReason(StopReason.Kind.FAILED, failed.text()));
        });
  }

  /** The future of {@link #stop(StopReason)}, without asking for it. */
  Future<Void> whenStopped() {
    return stopped.future();
  }

  /** The rest of the time for the stop; zero if none has begun. */
  Duration timeLeft() {
    Deadline end = deadline;
    return end == null ? Duration.ZERO : end.left(now());
  }

  /** When the stop must be over, if one began now or has begun. */
  Deadline stopBy() {
    Deadline end = deadline;
    return end == null ? limited(Deadline.in(clock, budget.total())) : end;
  }

  private Deadline limited(Deadline own) {
    Deadline other = latest;
    return other == null ? own : own.earlier(other);
  }

  /** A stop that begins from now on is part of another one, which has announced itself. */
  void endBy(Deadline end) {
    latest = end;
  }

  private void begin(StopReason reason) {
    if (stopping != null) {
      return;
    }
    stopping = reason;
    if (!startOver && startFailure == null) {
      startFailure = new StartFailedException("the start was abandoned: " + reason, null);
    }
    Deadline end = stopBy();
    deadline = end;
    boolean awaited = reason.kind() != StopReason.Kind.HANDOVER; // else another serves already
    Duration announce = startOver && latest == null && awaited ? budget.announce() : Duration.ZERO;
    Duration total = latest == null ? budget.total() : end.left(now());
    emit(new LifecycleEvent.StopBegan(now(), reason, announce, total));
    components.values().forEach(ComponentLifecycle::announce);
    announcing = true;
    if (announce.isZero() || escalated) {
      endAnnounce();
    } else {
      announceTimer = clock.after(announce, () -> turn(this::endAnnounce));
    }
  }

  private void endAnnounce() {
    if (!announcing || permission == null || !startOver || escalated) {
      drainAll();
    } else if (!askedToDrain) {
      askedToDrain = true;
      Duration half = timeLeft().dividedBy(2); // the other half is for the stop itself
      announceTimer = clock.after(half, () -> turn(this::drainAll));
      permission.apply(half).onComplete(answer -> turn(this::drainAll));
    }
  }

  private void drainAll() {
    StopReason reason = stopping;
    Deadline end = deadline;
    if (!announcing || reason == null || end == null) {
      return;
    }
    announcing = false;
    if (announceTimer != null) {
      announceTimer.cancel();
    }
    emit(new LifecycleEvent.AnnounceEnded(now()));
    components.values().forEach(component -> component.stop(reason, end));
    stoppedIfAllHave();
  }

  /**
   * Stops one component: its dependents first, the others not at all.
   *
   * @param name the component
   * @param reason who asked
   * @return completes, never fails, when it has stopped
   */
  Future<Void> stop(String name, StopReason reason) {
    ComponentLifecycle component = component(name);
    if (component.reason() != null) {
      return component.stopped(); // asked before, and so were all its dependents
    }
    turn(
        () -> {
          if (!startOver) {
            begin(reason); // an application that misses a component cannot finish its start
          } else {
            Deadline alone = Deadline.in(clock, budget.total());
            Deadline end = deadline == null ? alone : deadline.earlier(alone);
            for (String one : graph.withDependentsOf(name)) {
              component(one).stop(reason, end);
            }
          }
        });
    return component.stopped();
  }

  void componentStopped(ComponentLifecycle component) {
    toStop--;
    for (String dependency : graph.dependenciesOf(component.name())) {
      component(dependency).dependentStopped();
    }
    stoppedIfAllHave();
  }

  private void stoppedIfAllHave() {
    if (toStop == 0 && stopping != null && !announcing && !stopped.future().isComplete()) {
      emit(new LifecycleEvent.Stopped(now()));
      stopped.complete();
      if (startBegan && !startOver && startFailure != null) {
        abandonedStart(startFailure);
      }
    }
  }

  /**
   * Ends the announcement and all drains at once; releases still happen, in order.
   *
   * @param by who asked, for the events
   */
  void escalate(String by) {
    turn(
        () -> {
          if (!escalated) {
            escalated = true;
            emit(new LifecycleEvent.Escalated(now(), by));
            endAnnounce();
            components.values().forEach(ComponentLifecycle::escalate);
          }
        });
  }

  /** Names every component that did not stop well; null if all did. */
  @Nullable StopFailedException stopFailure() {
    List<String> troubles = new ArrayList<>();
    List<Throwable> causes = new ArrayList<>();
    for (ComponentLifecycle component : components.values()) {
      Outcome outcome = component.outcome();
      if (component.state() == ComponentState.STOPPED
          && outcome != null
          && outcome != Outcome.CLEAN) {
        Throwable failure = component.failure();
        troubles.add(
            "\"%s\" %s%s"
                .formatted(
                    component.name(),
                    outcome,
                    failure == null ? "" : " (" + ComponentLifecycle.message(failure) + ")"));
        if (failure != null && causes.stream().noneMatch(one -> one == failure)) {
          causes.add(failure);
        }
      }
    }
    if (troubles.isEmpty()) {
      return null;
    }
    StopFailedException problem =
        new StopFailedException("not every component stopped well: " + String.join(", ", troubles));
    causes.forEach(problem::addSuppressed);
    return problem;
  }
}
