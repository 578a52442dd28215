package io.github.vertxlifecycle.event;

/** How the stop of a component ended. */
public enum Outcome {
  /** All work in flight finished and everything was given back. */
  CLEAN,
  /** Work was still in flight when its deadline passed. */
  CUT,
  /** Its stop failed. */
  FAILED,
  /** Its release did not end before its deadline. */
  TIMED_OUT
}
