package io.github.vertxlifecycle.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counts what one event loop begins. That loop alone writes, without a fence; anyone reads. */
final class RequestCounter {

  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(RequestCounter.class, "count", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long count;

  /** On the event loop. */
  void add() {
    COUNT.setRelease(this, count + 1);
  }

  long count() {
    return (long) COUNT.getAcquire(this);
  }
}
