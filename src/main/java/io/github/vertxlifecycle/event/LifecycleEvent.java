package io.github.vertxlifecycle.event;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a lifecycle. A renderer is a {@link Visitor}: a renderer that forgets
 * one kind does not compile.
 */
public sealed interface LifecycleEvent {

  /**
   * When it happened.
   *
   * @return nanoseconds of the lifecycle's clock; only differences mean anything
   */
  long at();

  /**
   * Calls the visitor's method for this kind of event.
   *
   * @param <R> what the visitor makes of an event
   * @param visitor called once, on the caller's thread
   * @return what the visitor's method returned
   */
  <R extends @Nullable Object> R accept(Visitor<R> visitor);

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
  record StartBegan(long at, Map<String, Set<String>> dependencies) implements LifecycleEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.startBegan(this);
    }
  }

  /** A component's dependencies run; its own start has begun. */
  record ComponentStarting(long at, String component) implements ComponentEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.componentStarting(this);
    }
  }

  /** A component runs. */
  record ComponentStarted(long at, String component) implements ComponentEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.componentStarted(this);
    }
  }

  /** A component did not start. */
  record ComponentStartFailed(long at, String component, Throwable cause)
      implements ComponentEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.componentStartFailed(this);
    }
  }

  /** Everything runs. */
  record Started(long at) implements LifecycleEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.started(this);
    }
  }

  /**
   * The start has failed or was abandoned; what had started has been rolled back.
   *
   * @param cause the first failure, later ones suppressed
   */
  record StartFailed(long at, Throwable cause) implements LifecycleEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.startFailed(this);
    }
  }

  /**
   * The stop has begun with its announcement: readiness is down, everything still serves.
   *
   * @param announceDelay how long the components go on serving
   * @param stopTimeout the budget of the whole stop, counted from this event
   */
  record StopBegan(long at, StopReason reason, Duration announceDelay, Duration stopTimeout)
      implements LifecycleEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.stopBegan(this);
    }
  }

  /** The announcement is over; components stop from here on. */
  record AnnounceEnded(long at) implements LifecycleEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.announceEnded(this);
    }
  }

  /** A component was asked to stop, together with the application or alone. */
  record ComponentStopAsked(long at, String component, StopReason reason)
      implements ComponentEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.componentStopAsked(this);
    }
  }

  /**
   * A component takes no new work and waits for what is in flight.
   *
   * @param inFlight how many units of work are in flight
   * @param atMost how long the component will wait
   */
  record ComponentDraining(long at, String component, int inFlight, Duration atMost)
      implements ComponentEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.componentDraining(this);
    }
  }

  /**
   * A component gives back its resources.
   *
   * @param cut the work that its deadline overtook
   * @param atMost how long that may take: all that the budget has beyond the reserves of those that
   *     come after it
   * @param longest the work that took longest among what ended in the drain, longest first
   */
  record ComponentReleasing(
      long at, String component, List<CutWork> cut, Duration atMost, List<FinishedWork> longest)
      implements ComponentEvent {

    /**
     * A release after a drain that has waited for nothing.
     *
     * @param at when it happened
     * @param component whose release it is
     * @param cut the work that its deadline overtook
     * @param atMost how long the release may take
     */
    public ComponentReleasing(long at, String component, List<CutWork> cut, Duration atMost) {
      this(at, component, cut, atMost, List.of());
    }

    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.componentReleasing(this);
    }
  }

  /**
   * A component has stopped.
   *
   * @param cut the work that its deadline overtook
   * @param failure what went wrong, if anything did
   */
  record ComponentStopped(
      long at, String component, Outcome outcome, List<CutWork> cut, @Nullable Throwable failure)
      implements ComponentEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.componentStopped(this);
    }
  }

  /**
   * Work arrived at a component that had stopped: an edge that was not declared, or work left over
   * from a dependent that has stopped without waiting for it.
   *
   * @param component the component that had stopped
   * @param user who brought the work; a component's name where that is known
   * @param left how the user had stopped, if it has declared that dependency; else null
   */
  record LateUse(long at, String component, String user, @Nullable Outcome left)
      implements ComponentEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.lateUse(this);
    }
  }

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
      implements ComponentEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.stillWaiting(this);
    }
  }

  /**
   * A component, or the root, cannot go on: everything stops. May be said more than once, and while
   * a stop goes on.
   *
   * @param component who said it: a component's name, or that of the root's class
   * @param cause why
   */
  record Failed(long at, String component, Throwable cause) implements LifecycleEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.failed(this);
    }

    /**
     * For the reason of the stop.
     *
     * @return who cannot go on and why, with the class of the cause
     */
    public String text() {
      String needs = FailureText.missingLibrary(cause);
      return "\""
          + component
          + "\" "
          + (needs == null ? "failed: " + FailureText.string(cause) : needs);
    }
  }

  /** All drains were ended at once. */
  record Escalated(long at, String by) implements LifecycleEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.escalated(this);
    }
  }

  /** Every component has stopped. */
  record Stopped(long at) implements LifecycleEvent {
    @Override
    public <R extends @Nullable Object> R accept(Visitor<R> visitor) {
      return visitor.stopped(this);
    }
  }

  /**
   * One method for each kind of event, none with a default: whoever implements it says what becomes
   * of every kind, and a new kind does not compile until every visitor has a method for it.
   *
   * @param <R> what the visitor makes of an event; {@code @Nullable Void} for nothing
   */
  interface Visitor<R extends @Nullable Object> {
    /**
     * Hears of {@link StartBegan}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R startBegan(StartBegan event);

    /**
     * Hears of {@link ComponentStarting}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R componentStarting(ComponentStarting event);

    /**
     * Hears of {@link ComponentStarted}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R componentStarted(ComponentStarted event);

    /**
     * Hears of {@link ComponentStartFailed}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R componentStartFailed(ComponentStartFailed event);

    /**
     * Hears of {@link Started}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R started(Started event);

    /**
     * Hears of {@link StartFailed}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R startFailed(StartFailed event);

    /**
     * Hears of {@link StopBegan}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R stopBegan(StopBegan event);

    /**
     * Hears of {@link AnnounceEnded}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R announceEnded(AnnounceEnded event);

    /**
     * Hears of {@link ComponentStopAsked}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R componentStopAsked(ComponentStopAsked event);

    /**
     * Hears of {@link ComponentDraining}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R componentDraining(ComponentDraining event);

    /**
     * Hears of {@link ComponentReleasing}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R componentReleasing(ComponentReleasing event);

    /**
     * Hears of {@link ComponentStopped}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R componentStopped(ComponentStopped event);

    /**
     * Hears of {@link LateUse}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R lateUse(LateUse event);

    /**
     * Hears of {@link StillWaiting}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R stillWaiting(StillWaiting event);

    /**
     * Hears of {@link Failed}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R failed(Failed event);

    /**
     * Hears of {@link Escalated}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R escalated(Escalated event);

    /**
     * Hears of {@link Stopped}.
     *
     * @param event the event
     * @return what becomes of it
     */
    R stopped(Stopped event);
  }
}
