package io.github.vertxlifecycle.acme;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file of this machine is not what it should be. The message names the file and what to do. */
final class FaultyFileException extends IOException {

  private static final long serialVersionUID = 1;

  FaultyFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
