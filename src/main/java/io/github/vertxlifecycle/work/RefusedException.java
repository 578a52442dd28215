package io.github.vertxlifecycle.work;

/**
 * Work came to a component that takes no more. None of the work was begun, so it is safe to do it
 * elsewhere. Carries no stack trace: a refusal is an answer, not a bug.
 */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who refuses what, and why
   */
  public RefusedException(String message) {
    super(message, null, false, false);
  }
}
