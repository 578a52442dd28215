package io.github.vertxlifecycle.event;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What has happened so far: the one place where events become moments. Views, logs and reports read
 * them here.
 *
 * <p>Takes events in one at a time, as every listener does; may be read from any thread meanwhile,
 * without a lock. A reader sees the application, and each component, as it was after one event; two
 * of them may be an event apart. Taking an event in costs the same however many components there
 * are.
 */
public final class LifecycleTimeline implements LifecycleListener {

  private final LifecycleEvent.Visitor<@Nullable Void> fold = new Fold();
  private final Map<String, ComponentTimeline> components = new ConcurrentHashMap<>();
  private final Map<String, List<FinishedWork>> finished = new ConcurrentHashMap<>();
  private final Queue<String> begun = new ConcurrentLinkedQueue<>();
  private final Queue<String> stopped = new ConcurrentLinkedQueue<>();
  private volatile ApplicationTimeline application = ApplicationTimeline.NEW;
  private volatile LifecycleEvent.@Nullable Failed failure;
  private volatile long latest;

  /** Makes one to which nothing has happened. */
  public LifecycleTimeline() {}

  @Override
  public void on(LifecycleEvent event) {
    if (application.stopped() == null) {
      latest = event.at();
    }
    event.accept(fold);
  }

  /**
   * The application without its components.
   *
   * @return its moments so far
   */
  public ApplicationTimeline application() {
    return application;
  }

  /**
   * The first time that a component, or the root, could not go on.
   *
   * @return who and why; null while nobody said so
   */
  public LifecycleEvent.@Nullable Failed failure() {
    return failure;
  }

  /**
   * One component.
   *
   * @param name its name
   * @return its moments so far; none for a component of which nothing was heard
   */
  public ComponentTimeline component(String name) {
    return components.getOrDefault(name, ComponentTimeline.NEW);
  }

  /**
   * The work that a component's drain waited for and that ended in time.
   *
   * @param name the component
   * @return the work that took longest, longest first; none while it drains
   */
  public List<FinishedWork> finished(String name) {
    return finished.getOrDefault(name, List.of());
  }

  /**
   * The components whose start began.
   *
   * @return the names in that order, a copy
   */
  public List<String> begun() {
    return List.copyOf(begun);
  }

  /**
   * The components that have stopped.
   *
   * @return the names in that order, a copy; the moments of two neighbours may be equal
   */
  public List<String> stopped() {
    return List.copyOf(stopped);
  }

  /**
   * The moment of the last event. What comes after everything has stopped does not count.
   *
   * @return nanoseconds of the lifecycle's clock
   */
  public long latest() {
    return latest;
  }

  /**
   * The outcome of the application so far: the worst of all components whose start began. A
   * component that has not stopped counts as timed out.
   *
   * @return the outcome; clean if nothing began to start
   */
  public Outcome outcome() {
    Outcome worst = Outcome.CLEAN;
    for (String name : begun) {
      Outcome its = component(name).outcome();
      worst = worst.orWorse(its == null ? Outcome.TIMED_OUT : its);
    }
    return worst;
  }

  /** What each kind of event changes. */
  private final class Fold implements LifecycleEvent.Visitor<@Nullable Void> {

    private @Nullable Void becomes(ApplicationTimeline next) {
      application = next;
      return null;
    }

    private @Nullable Void becomes(String component, ComponentTimeline next) {
      ComponentTimeline before = components.put(component, next);
      if (before == null || before.state() == ComponentState.NEW) {
        if (next.state() != ComponentState.NEW) {
          begun.add(component);
        }
      }
      return null;
    }

    private @Nullable Void changesNothing() {
      return null;
    }

    @Override
    public @Nullable Void startBegan(LifecycleEvent.StartBegan event) {
      return becomes(application.starting(event));
    }

    @Override
    public @Nullable Void started(LifecycleEvent.Started event) {
      return becomes(application.reached(LifecyclePhase.RUNNING, event.at()));
    }

    @Override
    public @Nullable Void startFailed(LifecycleEvent.StartFailed event) {
      return changesNothing(); // it has been rolled back, and is as stopped as after any stop
    }

    @Override
    public @Nullable Void stopBegan(LifecycleEvent.StopBegan event) {
      return becomes(application.announcing(event));
    }

    @Override
    public @Nullable Void announceEnded(LifecycleEvent.AnnounceEnded event) {
      return becomes(application.reached(LifecyclePhase.STOPPING, event.at()));
    }

    @Override
    public @Nullable Void failed(LifecycleEvent.Failed event) {
      if (failure == null) {
        failure = event;
      }
      return null;
    }

    @Override
    public @Nullable Void escalated(LifecycleEvent.Escalated event) {
      return changesNothing();
    }

    @Override
    public @Nullable Void stopped(LifecycleEvent.Stopped event) {
      return becomes(application.reached(LifecyclePhase.STOPPED, event.at()));
    }

    @Override
    public @Nullable Void componentStarting(LifecycleEvent.ComponentStarting event) {
      return becomes(
          event.component(), ComponentTimeline.NEW.reached(ComponentState.STARTING, event.at()));
    }

    @Override
    public @Nullable Void componentStarted(LifecycleEvent.ComponentStarted event) {
      return becomes(
          event.component(),
          component(event.component()).reached(ComponentState.RUNNING, event.at()));
    }

    @Override
    public @Nullable Void componentStartFailed(LifecycleEvent.ComponentStartFailed event) {
      return becomes(event.component(), component(event.component()).failingToStart(event.cause()));
    }

    @Override
    public @Nullable Void componentStopAsked(LifecycleEvent.ComponentStopAsked event) {
      return becomes(event.component(), component(event.component()).askedToStop(event.at()));
    }

    @Override
    public @Nullable Void componentDraining(LifecycleEvent.ComponentDraining event) {
      return becomes(
          event.component(), component(event.component()).drainsFrom(event.at(), event.atMost()));
    }

    @Override
    public @Nullable Void componentReleasing(LifecycleEvent.ComponentReleasing event) {
      finished.put(event.component(), event.longest());
      return becomes(
          event.component(),
          component(event.component()).releasesFrom(event.at(), event.cut(), event.atMost()));
    }

    @Override
    public @Nullable Void componentStopped(LifecycleEvent.ComponentStopped event) {
      becomes(
          event.component(),
          component(event.component()).ended(event.at(), event.outcome(), event.failure()));
      stopped.add(event.component()); // once its timeline says how
      return null;
    }

    @Override
    public @Nullable Void lateUse(LifecycleEvent.LateUse event) {
      return changesNothing();
    }

    @Override
    public @Nullable Void stillWaiting(LifecycleEvent.StillWaiting event) {
      return changesNothing();
    }
  }
}
