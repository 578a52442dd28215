package io.github.vertxlifecycle.junit5;

import io.vertx.core.transport.Transport;

/** Whether Netty's epoll is on the class path, and runs here: what the launcher takes then. */
final class Epoll {

  static final boolean IS_THERE = isThere();

  private Epoll() {}

  private static boolean isThere() {
    try {
      Transport epoll = Transport.EPOLL;
      return epoll != null && epoll.available();
    } catch (RuntimeException | LinkageError e) {
      return false;
    }
  }
}
