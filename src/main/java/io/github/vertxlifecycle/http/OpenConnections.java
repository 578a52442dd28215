package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.HttpConnections;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of one server instance that have begun to talk, each with its {@link Gate}.
 * Thread-safe.
 */
final class OpenConnections {

  private final WorkTracker tracker;
  private final RouteNames names;
  private final Duration linger;
  private final HttpLimits limits;
  private final boolean otherThreads;
  private final Map<Channel, Gate> open = new ConcurrentHashMap<>();
  private volatile boolean turningAway;
  private volatile boolean goingAway;

  /**
   * Makes an empty set.
   *
   * @param otherThreads whether requests are handled on other threads than their connection's
   */
  OpenConnections(
      WorkTracker tracker,
      RouteNames names,
      Duration linger,
      HttpLimits limits,
      boolean otherThreads) {
    this.tracker = tracker;
    this.names = names;
    this.linger = linger;
    this.limits = limits;
    this.otherThreads = otherThreads;
  }

  /** Takes a connection before its TLS handshake and its first byte. */
  void accepted(Channel channel) {
    channel.pipeline().addLast("pace", new ReadTimer(limits, linger).on(channel));
  }

  /** Takes a connection that speaks HTTP. On its event loop, before its first request. */
  void opened(HttpConnection connection) {
    Channel channel = HttpConnections.handlerContext(connection).channel();
    if (open.get(channel) instanceof Http2Gate http2) {
      http2.listen(); // Vert.x reports an HTTP/2 connection again with every change of settings
      return;
    }
    Gate gate = gate(connection, channel);
    channel.attr(Gate.KEY).set(gate);
    open.put(channel, gate);
    channel.closeFuture().addListener(closed -> open.remove(channel));
    if (turningAway) {
      gate.turnAway();
    }
    if (goingAway) {
      gate.goingAway();
    }
  }

  private Gate gate(HttpConnection connection, Channel channel) {
    ChannelHandlerContext vertx = HttpConnections.handlerContext(connection);
    ReadTimer timer = ReadTimer.of(channel);
    if (vertx.handler() instanceof Http2ConnectionHandler http2) {
      return new Http2Gate(connection, http2, timer, tracker, names, linger, limits, otherThreads);
    }
    if (connection.isSsl()) {
      timer = decrypted(channel);
    }
    Http1Gate gate = new Http1Gate(vertx, timer, tracker, names, linger, limits);
    channel.pipeline().addBefore(vertx.name(), "lifecycle", gate);
    return gate;
  }

  /** A timer that sees what the client said, not how it was encrypted. */
  private ReadTimer decrypted(Channel channel) {
    channel.pipeline().remove(ReadTimer.class);
    ReadTimer timer = new ReadTimer(limits, linger).on(channel);
    channel.pipeline().addBefore("httpDecoder", "pace", timer);
    return timer;
  }

  static Gate gateOf(HttpServerRequest request) {
    return HttpConnections.handlerContext(request.connection()).channel().attr(Gate.KEY).get();
  }

  /** From now on every answer tells its client to go elsewhere. Idempotent. */
  void turnAway() {
    turningAway = true;
    open.values().forEach(Gate::turnAway);
  }

  /** Takes leave of those who would stay for ever. */
  void goingAway() {
    goingAway = true;
    open.values().forEach(Gate::goingAway);
  }

  /** Closes the connections on which nothing is under way. */
  void closeIdle() {
    open.values().forEach(Gate::closeIfIdle);
  }

  /** Closes all connections. */
  void closeNow() {
    open.values().forEach(Gate::closeNow);
  }
}
