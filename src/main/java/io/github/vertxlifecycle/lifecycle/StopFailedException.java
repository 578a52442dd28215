package io.github.vertxlifecycle.lifecycle;

/** Everything has stopped, but not everything well; the message names each component and why. */
public final class StopFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StopFailedException(String message) {
    super(message, null, true, false);
  }
}
