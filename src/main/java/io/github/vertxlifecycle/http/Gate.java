package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.WorkSource;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;

/**
 * Stands at one connection, below Vert.x: knows its requests from the decoding of their head until
 * the last byte of their answer has been handed to the socket, and during a stop until the client
 * has it, turns the client away, and closes the connection in a way that loses nothing. In service
 * it keeps what it knows to itself, for whoever asks; when a stop comes, requests become work that
 * the tracker knows. All methods may be called on any thread.
 */
interface Gate {

  /** Where the gate of a channel is kept. */
  AttributeKey<Gate> KEY = AttributeKey.valueOf(Gate.class, "gate");

  /**
   * Shows the requests in flight that the tracker does not know.
   *
   * @param visitor hears of each
   */
  void visit(WorkSource.WorkVisitor visitor);

  /**
   * From now on the tracker knows of each request.
   *
   * @param then runs when it does, on the channel's event loop
   */
  void count(Runnable then);

  /**
   * From now on answers send the client elsewhere, and the tracker knows of each request; what the
   * client has sent is answered.
   */
  void turnAway();

  /** Tells a client that may stay for ever, a WebSocket, that it cannot. */
  void goingAway();

  /** Whether a request has come. */
  boolean hasAsked();

  /**
   * Begins to close the connection if no request is under way.
   *
   * @param then runs when that has begun, or when it has been decided against
   */
  void closeIfIdle(Runnable then);

  /**
   * Hears that the connection is about to be closed because its client took too long. During a stop
   * what the client has not got by then is lost. On the channel's event loop.
   */
  void tooSlow();

  /** Closes the connection, whatever is under way. */
  void closeNow();

  /**
   * Hears that Vert.x hands a request to its handler.
   *
   * @param request the request
   * @return whether it was admitted; if not, it is to be refused
   */
  boolean handed(HttpServerRequest request);
}
