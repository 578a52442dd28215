package io.github.vertxlifecycle.lifecycle;

import org.jspecify.annotations.Nullable;

/** Everything has stopped, but not everything well; the message names each component and why. */
public final class StopFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StopFailedException(String message) {
    this(message, null);
  }

  StopFailedException(String message, @Nullable Throwable cause) {
    super(message, cause, true, false);
  }
}
