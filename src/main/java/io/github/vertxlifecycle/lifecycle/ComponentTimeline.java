package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * When a component came to what, in nanoseconds of the lifecycle's clock; null while it has not.
 *
 * @param state where it stands
 * @param starting its start began
 * @param started it ran
 * @param stopAsked it was asked to stop
 * @param draining its drain began
 * @param releasing its release began
 * @param stopped it had stopped
 * @param outcome how it stopped
 * @param cut how many pieces of work were cut
 * @param failure what went wrong in its start or stop
 */
public record ComponentTimeline(
    ComponentState state,
    @Nullable Long starting,
    @Nullable Long started,
    @Nullable Long stopAsked,
    @Nullable Long draining,
    @Nullable Long releasing,
    @Nullable Long stopped,
    @Nullable Outcome outcome,
    int cut,
    @Nullable String failure) {

  static final ComponentTimeline NEW =
      new ComponentTimeline(ComponentState.NEW, null, null, null, null, null, null, null, 0, null);

  /**
   * Since when it is in its state.
   *
   * @return the moment, null for a component that never came to anything
   */
  public @Nullable Long since() {
    return switch (state) {
      case NEW -> null;
      case STARTING -> starting;
      case RUNNING -> started;
      case WAITING -> stopAsked;
      case DRAINING -> draining;
      case RELEASING -> releasing;
      case STOPPED -> stopped;
    };
  }

  ComponentTimeline after(LifecycleEvent.ComponentEvent event) {
    Long at = event.at();
    if (event instanceof LifecycleEvent.ComponentStarting) {
      return with(ComponentState.STARTING, at, null, null, null, null, null);
    } else if (event instanceof LifecycleEvent.ComponentStarted) {
      return with(ComponentState.RUNNING, starting, at, null, null, null, null);
    } else if (event instanceof LifecycleEvent.ComponentStopAsked) {
      ComponentState next = started == null ? state : ComponentState.WAITING;
      return with(next, starting, started, at, null, null, null);
    } else if (event instanceof LifecycleEvent.ComponentDraining) {
      return with(ComponentState.DRAINING, starting, started, stopAsked, at, null, null);
    } else if (event instanceof LifecycleEvent.ComponentReleasing e) {
      return with(ComponentState.RELEASING, starting, started, stopAsked, draining, at, null)
          .ending(null, e.cut().size(), failure);
    } else if (event instanceof LifecycleEvent.ComponentStopped e) {
      String told = e.failure() == null ? failure : ComponentLifecycle.message(e.failure());
      return with(ComponentState.STOPPED, starting, started, stopAsked, draining, releasing, at)
          .ending(e.outcome(), cut, told);
    } else if (event instanceof LifecycleEvent.ComponentStartFailed e) {
      return ending(outcome, cut, ComponentLifecycle.message(e.cause()));
    }
    return this; // the others move nothing
  }

  private ComponentTimeline with(
      ComponentState next,
      @Nullable Long startingAt,
      @Nullable Long startedAt,
      @Nullable Long stopAskedAt,
      @Nullable Long drainingAt,
      @Nullable Long releasingAt,
      @Nullable Long stoppedAt) {
    return new ComponentTimeline(
        next,
        startingAt,
        startedAt,
        stopAskedAt,
        drainingAt,
        releasingAt,
        stoppedAt,
        outcome,
        cut,
        failure);
  }

  private ComponentTimeline ending(@Nullable Outcome how, int cutWork, @Nullable String problem) {
    return new ComponentTimeline(
        state, starting, started, stopAsked, draining, releasing, stopped, how, cutWork, problem);
  }
}
