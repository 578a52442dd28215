package io.github.vertxlifecycle.vertx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** The channel below a connection of an HTTP server, and the context around a request. */
public final class HttpConnections {

  private static final MethodHandle STREAM_ID = streamId();

  private HttpConnections() {}

  /** It was an {@code int} in 5.0 and is a {@code long} since. */
  private static MethodHandle streamId() {
    return Internals.publicMethod(HttpServerRequest.class, "streamId")
        .asType(MethodType.methodType(long.class, HttpServerRequest.class));
  }

  /** Loads this class, and with it what it needs of Vert.x. */
  static void link() {}

  /**
   * The HTTP/2 stream of a request.
   *
   * @param request a request
   * @return the id of its stream; -1 for HTTP/1.x
   */
  public static int streamId(HttpServerRequest request) {
    try {
      return (int) (long) STREAM_ID.invokeExact(request);
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }

  /**
   * Vert.x's own place in the channel of a connection: its last handler.
   *
   * @param connection a connection of an HTTP server, HTTP/1.x or HTTP/2
   * @return the handler's context
   */
  public static ChannelHandlerContext handlerContext(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext();
  }

  /**
   * The client for whom a proxy speaks, by what it said in the PROXY protocol.
   *
   * @param channel a connection of a server
   * @return null if nobody has said it
   */
  public static @Nullable SocketAddress proxied(Channel channel) {
    return channel.attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE).get();
  }

  /**
   * The context of a request, on which its handlers run; each request has its own.
   *
   * @param request the request, as Vert.x handed it to the server's handler
   * @return its context
   */
  public static Context context(HttpServerRequest request) {
    return ((HttpServerRequestInternal) request).context();
  }

  /**
   * Runs a handler on the context of a request, at once if that is the current one.
   *
   * @param request the request, as Vert.x handed it to the server's handler
   * @param handler gets it
   */
  public static void onContext(HttpServerRequest request, Handler<HttpServerRequest> handler) {
    ((HttpServerRequestInternal) request).context().execute(request, handler);
  }
}
