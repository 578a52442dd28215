package io.github.vertxlifecycle.event;

/** How the stop of a component ended. */
public enum Outcome {
  /** All that was begun has finished, and everything was given back. */
  CLEAN,
  /**
   * Work was still in flight when its deadline passed; a start or a drain that had not answered is
   * such work. If it did not answer later either, nothing was given back.
   */
  CUT,
  /** Its start or its stop failed. */
  FAILED,
  /** Its release did not end in the time that the budget had for it. */
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
