package io.github.vertxlifecycle.event;

/** How the stop of a component ended. */
public enum Outcome {
  /** Everything in flight finished. */
  CLEAN,
  /** Work still in flight was cut at its deadline. */
  CUT,
  /** The stop itself failed. */
  FAILED,
  /** The release did not end in time. */
  TIMED_OUT
}
