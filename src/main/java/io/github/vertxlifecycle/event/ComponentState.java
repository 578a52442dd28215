package io.github.vertxlifecycle.event;

/**
 * Where a component stands.
 *
 * <pre>
 * NEW ──▶ STARTING ──▶ RUNNING ──▶ WAITING ──▶ DRAINING ──▶ RELEASING ──▶ STOPPED
 *  │          ├─────────────────────────────────▲             ▲             ▲
 *  │          └───────────────────────────────────────────────┘             │
 *  └────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * The short cuts: a component that was never started has nothing to stop; one that is asked to stop
 * while it starts drains what its start has begun, and that start itself; one whose start failed
 * with nothing in flight has nothing to drain.
 */
public enum ComponentState {
  /** Declared; its dependencies do not all run yet. */
  NEW,
  /** Its start has begun. */
  STARTING,
  /** Started. */
  RUNNING,
  /** Asked to stop; some of its dependents have not stopped yet. Still serves them. */
  WAITING,
  /** Takes no new work; waits for the work in flight, a start under way included. */
  DRAINING,
  /** Gives its resources back, once its start and its drain have answered. */
  RELEASING,
  /** Done, whatever the outcome. */
  STOPPED;

  /**
   * Whether the component itself is doing something that others may have to wait for.
   *
   * @return true while it starts, drains or releases
   */
  public boolean isStep() {
    return this == STARTING || this == DRAINING || this == RELEASING;
  }
}
