package io.github.vertxlifecycle.event;

import java.time.Duration;
import java.util.List;
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
 * @param drainLimit how long its drain may take; null before the drain began
 * @param releaseLimit how long its release may take; null before the release began
 * @param outcome how it stopped
 * @param cut the work that its deadline overtook
 * @param startFailure why it did not start
 * @param stopFailure what went wrong in its stop
 */
public record ComponentTimeline(
    ComponentState state,
    @Nullable Long starting,
    @Nullable Long started,
    @Nullable Long stopAsked,
    @Nullable Long draining,
    @Nullable Long releasing,
    @Nullable Long stopped,
    @Nullable Duration drainLimit,
    @Nullable Duration releaseLimit,
    @Nullable Outcome outcome,
    List<CutWork> cut,
    @Nullable Throwable startFailure,
    @Nullable Throwable stopFailure) {

  static final ComponentTimeline NEW =
      new ComponentTimeline(
          ComponentState.NEW,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          List.of(),
          null,
          null);

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

  /**
   * What went wrong, in a line or more: in its stop, else in its start.
   *
   * @return the failure's class and message; null if nothing went wrong
   */
  public @Nullable String failure() {
    Throwable failure = stopFailure == null ? startFailure : stopFailure;
    return failure == null ? null : FailureText.of(failure);
  }

  ComponentTimeline failingToStart(Throwable cause) {
    return with(state, state, null, outcome, cut, cause, stopFailure);
  }

  /** A step that brings nothing but its moment. */
  ComponentTimeline reached(ComponentState step, Long at) {
    return with(step, step, at, outcome, cut, startFailure, stopFailure);
  }

  /** A component that never ran has nobody to wait for: its state stays. */
  ComponentTimeline askedToStop(Long at) {
    ComponentState next = started == null ? state : ComponentState.WAITING;
    return with(next, ComponentState.WAITING, at, outcome, cut, startFailure, stopFailure);
  }

  ComponentTimeline drainsFrom(Long at, Duration limit) {
    ComponentState step = ComponentState.DRAINING;
    return with(step, step, at, outcome, cut, startFailure, stopFailure).within(limit, null);
  }

  ComponentTimeline releasesFrom(Long at, List<CutWork> overtaken, Duration limit) {
    ComponentState step = ComponentState.RELEASING;
    return with(step, step, at, outcome, overtaken, startFailure, stopFailure)
        .within(drainLimit, limit);
  }

  ComponentTimeline ended(Long at, Outcome how, @Nullable Throwable failure) {
    ComponentState step = ComponentState.STOPPED;
    return with(step, step, at, how, cut, startFailure, failure);
  }

  /**
   * This with another state and the moment of one step.
   *
   * @param at the moment of that step; null to leave all moments
   */
  private ComponentTimeline with(
      ComponentState next,
      ComponentState step,
      @Nullable Long at,
      @Nullable Outcome how,
      List<CutWork> overtaken,
      @Nullable Throwable startProblem,
      @Nullable Throwable stopProblem) {
    return new ComponentTimeline(
        next,
        at != null && step == ComponentState.STARTING ? at : starting,
        at != null && step == ComponentState.RUNNING ? at : started,
        at != null && step == ComponentState.WAITING ? at : stopAsked,
        at != null && step == ComponentState.DRAINING ? at : draining,
        at != null && step == ComponentState.RELEASING ? at : releasing,
        at != null && step == ComponentState.STOPPED ? at : stopped,
        drainLimit,
        releaseLimit,
        how,
        overtaken,
        startProblem,
        stopProblem);
  }

  private ComponentTimeline within(@Nullable Duration drains, @Nullable Duration releases) {
    return new ComponentTimeline(
        state,
        starting,
        started,
        stopAsked,
        draining,
        releasing,
        stopped,
        drains,
        releases,
        outcome,
        cut,
        startFailure,
        stopFailure);
  }
}
