package io.github.vertxlifecycle.event;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a lifecycle. The type is sealed, so that a renderer which forgets one
 * kind does not compile.
 */
public sealed interface LifecycleEvent {

  /**
   * When it happened.
   *
   * @return nanoseconds of the lifecycle's clock; only differences mean anything
   */
  long at();

  /** An event of one component. */
  sealed interface ComponentEvent extends LifecycleEvent {
    /**
     * Whose event this is.
     *
     * @return the component's name
     */
    String component();
  }

  /**
   * The start has begun.
   *
   * @param dependencies every component, in start order, with what it depends on
   */
  record StartBegan(long at, Map<String, Set<String>> dependencies) implements LifecycleEvent {}

  /** A component's dependencies run; its own start has begun. */
  record ComponentStarting(long at, String component) implements ComponentEvent {}

  /** A component runs. */
  record ComponentStarted(long at, String component) implements ComponentEvent {}

  /** A component did not start. */
  record ComponentStartFailed(long at, String component, Throwable cause)
      implements ComponentEvent {}

  /** Everything runs. */
  record Started(long at) implements LifecycleEvent {}

  /**
   * The start has failed or was abandoned; what had started has been rolled back.
   *
   * @param cause the first failure, later ones suppressed
   */
  record StartFailed(long at, Throwable cause) implements LifecycleEvent {}

  /**
   * The stop has begun with its announcement: readiness is down, everything still serves.
   *
   * @param announceDelay how long the components go on serving
   * @param stopTimeout the budget of the whole stop, counted from this event
   */
  record StopBegan(long at, StopReason reason, Duration announceDelay, Duration stopTimeout)
      implements LifecycleEvent {}

  /** The announcement is over; components stop from here on. */
  record AnnounceEnded(long at) implements LifecycleEvent {}

  /** A component was asked to stop, together with the application or alone. */
  record ComponentStopAsked(long at, String component, StopReason reason)
      implements ComponentEvent {}

  /**
   * A component takes no new work and waits for what is in flight.
   *
   * @param inFlight how many units of work are in flight
   * @param atMost how long the component will wait
   */
  record ComponentDraining(long at, String component, int inFlight, Duration atMost)
      implements ComponentEvent {}

  /**
   * A component gives back its resources.
   *
   * @param cut the work that its deadline overtook
   */
  record ComponentReleasing(long at, String component, List<CutWork> cut)
      implements ComponentEvent {}

  /**
   * A component has stopped.
   *
   * @param cut the work that its deadline overtook
   * @param failure what went wrong, if anything did
   */
  record ComponentStopped(
      long at, String component, Outcome outcome, List<CutWork> cut, @Nullable Throwable failure)
      implements ComponentEvent {}

  /**
   * Work arrived at a component that had stopped: an edge that was not declared.
   *
   * @param component the component that had stopped
   * @param user who brought the work; a component's name where that is known
   */
  record LateUse(long at, String component, String user) implements ComponentEvent {}

  /**
   * A component keeps the start or the stop waiting. Repeated every few seconds until it no longer
   * does.
   *
   * @param state what the component is doing: starting, draining or releasing
   * @param waited for how long
   * @param left until its deadline
   * @param heldUp the components that cannot go on before this one has
   * @param inFlight how many units of work are in flight
   * @param oldest the oldest of those units, as it would be reported if it were cut now; null for
   *     none
   */
  record StillWaiting(
      long at,
      String component,
      ComponentState state,
      Duration waited,
      Duration left,
      List<String> heldUp,
      int inFlight,
      @Nullable CutWork oldest)
      implements ComponentEvent {}

  /** All drains were ended at once. */
  record Escalated(long at, String by) implements LifecycleEvent {}

  /** Every component has stopped. */
  record Stopped(long at) implements LifecycleEvent {}
}
