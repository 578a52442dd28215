package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a component is made of, as its {@link ComponentLifecycle} sees it. Every method returns at
 * once and may be called from any thread; the futures may complete on any thread.
 */
interface ComponentHandle {

  /** Starts all instances. Called once. */
  Future<?> start();

  /** What a start that is still going on is held up by, if it said so. */
  @Nullable Throwable startProblem();

  /** Readiness is down; everything still serves. */
  void announce();

  /**
   * Takes no new work and waits for what is in flight.
   *
   * @return completes when nothing is in flight; fails then if the component's own drain failed
   */
  Future<?> drain();

  /** How many pieces of work are in flight. */
  int inFlight();

  /** Waits no longer. Returns what is in flight. */
  List<WorkInFlight> cut();

  /**
   * Gives resources back: stops every instance that has started or still will.
   *
   * @return completes when all is given back, fails if a stop failed
   */
  Future<?> release();

  /** Whatever still has not ended is left alone from here on. Called last, after every stop. */
  void leave();
}
