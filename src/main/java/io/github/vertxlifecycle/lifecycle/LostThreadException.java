package io.github.vertxlifecycle.lifecycle;

/** A step of a component needs a thread that never comes back. */
final class LostThreadException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  LostThreadException(Thread thread) {
    super(
        "System.exit was called on %s, which never returns from it: what runs there is lost; call it on a thread of its own"
            .formatted(thread.getName()));
  }

  /** Without a stack: that of the thread is what would count, and the log has it. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
