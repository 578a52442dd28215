package io.github.vertxlifecycle.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/** The abilities of the transport of a Vert.x: NIO, epoll or another. */
public final class Transports {

  private Transports() {}

  /**
   * Whether it has Unix domain sockets.
   *
   * @param vertx the Vert.x
   * @return whether a server can listen on one
   */
  public static boolean haveDomainSockets(Vertx vertx) {
    return ((VertxInternal) vertx).transport().supportsDomainSockets();
  }
}
