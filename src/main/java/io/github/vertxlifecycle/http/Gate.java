package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.Work;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Stands at one connection, below Vert.x: counts requests from the decoding of their head until the
 * last byte of their answer has been handed to the socket, and turns the client away.
 */
interface Gate {

  /** Where the gate of a channel is kept. */
  AttributeKey<Gate> KEY = AttributeKey.valueOf(Gate.class, "gate");

  /** From now on answers send the client elsewhere; what it has sent is answered. Any thread. */
  void turnAway();

  /** Closes the connection if no request is under way. Any thread. */
  void closeIfIdle();

  /**
   * The work that a request is.
   *
   * @param request a request whose handler is being called
   * @return the work; null if it was not admitted and is to be refused
   */
  @Nullable Work workOf(HttpServerRequest request);
}
