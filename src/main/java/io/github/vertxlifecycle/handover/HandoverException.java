package io.github.vertxlifecycle.handover;

/** A handover cannot be, or has failed; says why and what to do. */
public final class HandoverException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Whether it is the other process that stands in the way. */
  private final boolean predecessors;

  private HandoverException(String message, boolean predecessors) {
    super(message, null, false, false);
    this.predecessors = predecessors;
  }

  /** What was configured or passed cannot be used here. */
  static HandoverException unusable(String message) {
    return new HandoverException(message, false);
  }

  /** It is the other process that stands in the way. */
  static HandoverException predecessor(String message) {
    return new HandoverException(message, true);
  }

  /**
   * Whether it is the process that was to be replaced that stands in the way, and not how this one
   * is set up.
   *
   * @return false if the same command will never do here
   */
  public boolean isPredecessors() {
    return predecessors;
  }

  /**
   * What is wrong.
   *
   * @return the message
   */
  public String text() {
    return String.valueOf(getMessage());
  }
}
