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
  TIMED_OUT;

  /**
   * The worse of two. Lost work is worse than a failure without loss, and what has not ended may
   * lose anything.
   *
   * @param other the other
   * @return this, or the other if that is worse
   */
  public Outcome orWorse(Outcome other) {
    return other.severity() > severity() ? other : this;
  }

  private int severity() {
    return switch (this) {
      case CLEAN -> 0;
      case FAILED -> 1;
      case CUT -> 2;
      case TIMED_OUT -> 3;
    };
  }
}
