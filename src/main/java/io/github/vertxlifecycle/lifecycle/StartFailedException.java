package io.github.vertxlifecycle.lifecycle;

import org.jspecify.annotations.Nullable;

/**
 * The application did not start. The message names the component; the cause is the first failure,
 * and failures that came after it are suppressed. The components that had started have been rolled
 * back.
 */
public final class StartFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StartFailedException(String message, @Nullable Throwable cause) {
    super(message, cause, true, false);
  }
}
