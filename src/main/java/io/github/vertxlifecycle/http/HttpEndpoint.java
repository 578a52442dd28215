package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.handover.ListeningSockets;
import io.github.vertxlifecycle.handover.OpenSocket;
import io.github.vertxlifecycle.handover.SocketName;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.HttpServers;
import io.github.vertxlifecycle.vertx.Transports;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One server instance on one address: listens, turns away, drains, closes. Its methods are called
 * in that order on the verticle's context.
 */
final class HttpEndpoint {

  /** For what a client needs to read the end of its answer after the last request is done. */
  private static final Duration LAST_READ = Duration.ofMillis(250);

  private final Vertx vertx;
  private final ListenAddress address;
  private final Duration linger;
  private final HttpLimits limits;
  private final String sharing;
  private final OpenConnections connections;
  private final SockJsLeave sockJs;
  private final ListeningSocket listener;
  private final ListeningSockets sockets;
  private final HttpServerOptions options;
  private final HttpServer server;
  private final ConfigurableServer configurable;
  private @Nullable SocketName wanted; // null if nothing was inherited
  private boolean owner;
  private final GracePeriod grace;
  private boolean turningAway;

  /**
   * Makes an endpoint that does not listen yet.
   *
   * @param sharing the same for all instances that are to share a free port
   * @param whenLate answers a request that its handler has left without an answer for too long;
   *     called on the connection's event loop
   */
  HttpEndpoint(
      Vertx vertx,
      String sharing,
      ListenAddress address,
      HttpOptions options,
      HttpServerOptions serverOptions,
      WorkTracker tracker,
      RouteNames names,
      Handler<HttpServerRequest> handler,
      Consumer<HttpServerRequest> whenLate) {
    this.vertx = vertx;
    this.address = address;
    this.linger = options.linger();
    this.grace = new GracePeriod(linger, SystemClock.instance());
    this.limits = options.limits();
    this.sharing = sharing;
    this.connections =
        new OpenConnections(
            tracker,
            names,
            linger,
            limits,
            serverOptions,
            whenLate,
            !vertx.getOrCreateContext().isEventLoopContext());
    this.sockJs = new SockJsLeave(vertx, connections, tracker, names, linger);
    this.listener = ListeningSocket.join(vertx, address.shared(sharing), this);
    this.sockets = ListeningSockets.of(vertx);
    this.options = serverOptions;
    this.server = HttpServers.create(vertx, serverOptions, this::adopt).requestHandler(handler);
    this.configurable = new ConfigurableServer(server, connections::opened);
  }

  /** The options that the server was made with. */
  HttpServerOptions options() {
    return options;
  }

  /** The server for an application to add to, before it listens. */
  HttpServer configurable() {
    return configurable.server();
  }

  private Channel adopt(Channel made) {
    owner = true;
    OpenSocket opened = sockets.open(made, wanted, address.path());
    listener.adopt(opened, limits.connections(), connections::accepted);
    return opened.channel();
  }

  Future<HttpServer> listen() {
    return bound().onFailure(problem -> listener.leave(vertx, this, Duration.ZERO, Duration.ZERO));
  }

  private Future<HttpServer> bound() {
    if (address.path() != null && !Transports.haveDomainSockets(vertx)) {
      return Future.failedFuture( // Vert.x throws in the midst of it, and never closes then
          new SocketException("Vert.x's io_uring transport has no Unix domain sockets; use epoll"));
    }
    String path = address.path();
    return path == null ? boundToPort() : boundTo(path, listener.file(path));
  }

  private Future<HttpServer> boundToPort() {
    if (!sockets.offersAny()) {
      return address.bind(server, sharing);
    }
    return vertx
        .executeBlocking(() -> SocketName.resolved(address.host(), address.port()))
        .compose(
            name -> {
              wanted = name;
              return address.bind(server, sharing);
            });
  }

  private Future<HttpServer> boundTo(String path, UnixSocketFile file) {
    SocketName name = SocketName.ofPath(path);
    wanted = name;
    return vertx
        .executeBlocking(
            () -> {
              if (sockets.offers(name)) {
                file.inherit(sockets.keeps(name));
              }
              file.check();
              return SocketAddress.domainSocketAddress(file.bindPath());
            })
        .compose(server::listen)
        .compose(
            listening ->
                vertx.executeBlocking(
                    () -> {
                      file.publish();
                      return listening;
                    }));
  }

  HttpServer server() {
    return server;
  }

  /** Whether this instance opened the socket that others may share. */
  boolean isOwner() {
    return owner;
  }

  /** From now on every answer tells its client to leave. Idempotent. */
  void turnAway() {
    if (!turningAway) {
      turningAway = true;
      grace.turnedAway();
      connections.turnAway();
    }
  }

  /**
   * Waits for the connections to go, stops listening, and begins to close what is idle; see {@link
   * GracePeriod}. What is not idle after all is work in flight when this has completed.
   */
  Future<?> drain() {
    turnAway();
    connections.goingAway();
    return sockJs
        .begin()
        .compose(gone -> listener.whenEmpty(vertx, grace.untilSocketCloses()))
        .compose(
            gone -> listener.leave(vertx, this, grace.forOtherInstances(), grace.forHandshakes()))
        .compose(left -> waitForTheIdle())
        .compose(gone -> closeIdle(channel -> !isNewcomer(channel)))
        .compose(closing -> waitForNewcomers())
        .compose(gone -> closeIdle(channel -> true));
  }

  private Future<?> waitForTheIdle() {
    grace.socketClosed();
    return listener.whenEmpty(vertx, grace.untilIdleClose());
  }

  private Future<?> waitForNewcomers() {
    return listener.hasOpen(this::isNewcomer)
        ? listener.whenEmpty(vertx, grace.untilNewcomersClose())
        : Future.succeededFuture();
  }

  private boolean isNewcomer(Channel channel) {
    Long acceptedAt = channel.attr(ListeningSocket.ACCEPTED_AT).get();
    Gate gate = channel.attr(Gate.KEY).get();
    return acceptedAt != null && grace.isNewcomer(acceptedAt) && (gate == null || !gate.hasAsked());
  }

  private Future<?> closeIdle(Predicate<Channel> which) {
    return Future.join(
        connections.closeIdle(which), listener.forEachSilent(which, connections::closeSilent));
  }

  Future<Void> close() {
    sockJs.end();
    return listener
        .whenEmpty(vertx, LAST_READ)
        .compose(
            gone -> {
              connections.closeNow();
              return listener.leave(vertx, this, Duration.ZERO, Duration.ZERO);
            })
        .compose(left -> server.close());
  }

  @Override
  public String toString() {
    return address.withActualPort(Math.max(address.port(), server.actualPort()));
  }
}
