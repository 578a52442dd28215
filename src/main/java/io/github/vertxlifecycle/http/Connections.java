package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one server instance.
 *
 * <p>Vert.x has no public way to its channels or to its listener; {@code HttpServerConnection}
 * gives the channel of a connection, and the channel's parent is the listener. Thread-safe.
 */
final class Connections {

  private final WorkTracker tracker;
  private final Duration linger;
  private final Map<Channel, Gate> open = new ConcurrentHashMap<>();
  private volatile boolean turningAway;
  private volatile @Nullable Channel listener;
  private volatile @Nullable Promise<Void> allGone;

  Connections(WorkTracker tracker, Duration linger) {
    this.tracker = tracker;
    this.linger = linger;
  }

  /** Takes a new connection. On its event loop, before its first request. */
  void opened(HttpConnection connection) {
    Channel channel = channel(connection);
    listener = channel.parent();
    Gate gate = gate(connection, channel);
    open.put(channel, gate);
    channel.closeFuture().addListener(closed -> gone(channel));
    if (turningAway) {
      gate.turnAway();
    }
  }

  private Gate gate(HttpConnection connection, Channel channel) {
    ChannelHandlerContext vertx = ((HttpServerConnection) connection).channelHandlerContext();
    Gate gate;
    if (vertx.handler() instanceof Http2ConnectionHandler http2) {
      gate = new Http2Gate(connection, http2.connection(), tracker);
    } else {
      Http1Gate http1 = new Http1Gate(channel, tracker, linger);
      channel.pipeline().addBefore(vertx.name(), "lifecycle", http1);
      gate = http1;
    }
    channel.attr(Gate.KEY).set(gate);
    return gate;
  }

  private void gone(Channel channel) {
    open.remove(channel);
    Promise<Void> waiting = allGone;
    if (waiting != null && open.isEmpty()) {
      waiting.tryComplete();
    }
  }

  private static Channel channel(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }

  /** The work that a request is; null if it is to be refused. */
  static @Nullable Work workOf(HttpServerRequest request) {
    return channel(request.connection()).attr(Gate.KEY).get().workOf(request);
  }

  /** From now on every answer tells its client to go elsewhere. Idempotent. */
  void turnAway() {
    turningAway = true;
    open.values().forEach(Gate::turnAway);
  }

  /**
   * Waits until every connection has gone.
   *
   * @param vertx for the timer
   * @param atMost how long to wait
   * @return completes then or when the time has passed, never fails
   */
  Future<Void> whenGone(Vertx vertx, Duration atMost) {
    Promise<Void> gone = Promise.promise();
    allGone = gone;
    if (open.isEmpty() || atMost.isZero() || atMost.isNegative()) {
      return Future.succeededFuture();
    }
    long timer = vertx.setTimer(Math.max(1, atMost.toMillis()), id -> gone.tryComplete());
    return gone.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** Stops listening: from here on new connections are refused by the operating system. */
  Future<Void> closeListener() {
    Channel socket = listener;
    if (socket == null) {
      return Future.succeededFuture(); // nobody ever came, and nobody is let in before the close
    }
    Promise<Void> closed = Promise.promise();
    socket.close().addListener(done -> closed.complete());
    return closed.future();
  }

  /** Closes the connections on which nothing is under way. */
  void closeIdle() {
    open.values().forEach(Gate::closeIfIdle);
  }
}
