package io.github.vertxlifecycle.launcher;

/** A failure that fails whenever it is asked for more than its class. */
final class MuteException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  @Override
  public String getMessage() {
    throw new IllegalStateException("no message");
  }

  @Override
  public String getLocalizedMessage() {
    throw new IllegalStateException("no localized message");
  }

  @Override
  public String toString() {
    throw new IllegalStateException("no text");
  }

  @Override
  public StackTraceElement[] getStackTrace() {
    throw new IllegalStateException("no stack");
  }

  @Override
  public synchronized Throwable getCause() {
    throw new IllegalStateException("no cause");
  }
}
