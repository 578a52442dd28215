package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A component as its {@link ComponentLifecycle} drives it. Every method returns at once and may be
 * called from any thread; the futures may complete on any thread.
 */
interface ComponentHandle {

  /** Starts all instances. Called once. */
  Future<?> start();

  /** The problem that holds up a start under way, if the component reported one. */
  @Nullable Throwable startProblem();

  /** Readiness is down; everything still serves. */
  void announce();

  /** The start is not waited for any more; what it has begun besides still is. */
  void giveUpStart();

  /**
   * Takes no new work and waits for what is in flight; first for a start under way, unless that was
   * given up. Called once.
   *
   * @return completes when nothing is in flight; fails then if the component's own drain failed
   */
  Future<?> drain();

  /** How many units of work are in flight; a start under way is one, unless it was given up. */
  int inFlight();

  /** Waits no longer. Returns what is in flight, starts and drains without an answer included. */
  List<WorkInFlight> cut();

  /**
   * Ends a drain at its deadline if nothing is lost by that: it waits for peers only that owe
   * nothing and are owed nothing.
   *
   * @return whether that is so; then the drain answers in a moment
   */
  default boolean endIdleDrain() {
    return false;
  }

  /** What was cut meanwhile without being asked for by {@link #cut}; each unit once. */
  default List<WorkInFlight> lost() {
    return List.of();
  }

  /** The work that took longest among what has ended since the drain began, in any order. */
  default List<WorkInFlight> longestEnded() {
    return List.of();
  }

  /**
   * Gives resources back: stops every instance that has started or still will, as soon as its start
   * and its drain have answered.
   *
   * @return completes when all is given back, fails if a stop failed
   */
  Future<?> release();

  /** The start or drain, called and without an answer, because of which a release cannot begin. */
  @Nullable String heldUpBy();

  /**
   * What nested in the component was asked to stop and has not, a path and a step; null for none.
   */
  default @Nullable String releaseHeldUpBy() {
    return null;
  }

  /** Leaves alone what still has not ended. Called last, after every stop. */
  void leave();
}
