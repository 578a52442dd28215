package io.github.vertxlifecycle.vertx;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.http.HttpServerRequestInternal;

/** What is below a connection of an HTTP server, and around a request. */
public final class HttpConnections {

  private HttpConnections() {}

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
   * Runs a handler on the context of a request, at once if that is the current one.
   *
   * @param request the request, as Vert.x handed it to the server's handler
   * @param handler gets it
   */
  public static void onContext(HttpServerRequest request, Handler<HttpServerRequest> handler) {
    ((HttpServerRequestInternal) request).context().execute(request, handler);
  }
}
