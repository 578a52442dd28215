package io.github.vertxlifecycle.event;

/** Where the application stands. The phase only moves down this list, and may skip some. */
public enum LifecyclePhase {
  /** Nothing has begun. */
  NEW,
  /** Components start. */
  STARTING,
  /** Everything runs. */
  RUNNING,
  /** A stop has begun: readiness is down, everything still serves. */
  ANNOUNCING,
  /** Components stop, or what had started is rolled back. */
  STOPPING,
  /** Every component has stopped. */
  STOPPED
}
