package io.github.vertxlifecycle.http;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what one event loop begins. That loop alone writes, without a fence; anyone reads. */
final class RequestCounter {

  private final AtomicLong count = new AtomicLong();

  /** On the event loop. */
  void add() {
    count.setRelease(count.getPlain() + 1);
  }

  long count() {
    return count.getAcquire();
  }
}
