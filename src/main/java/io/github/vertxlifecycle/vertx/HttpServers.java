package io.github.vertxlifecycle.vertx;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.function.UnaryOperator;

/** HTTP servers that show their listening socket before they listen. */
public final class HttpServers {

  /** Makes a server, on one line of versions. */
  interface Maker {
    HttpServer make(Vertx vertx, HttpServerOptions options, UnaryOperator<Channel> sockets);
  }

  static final String TCP_SERVER_OF_51 = "io.vertx.core.http.impl.tcp.TcpHttpServer";

  private static final Maker MAKER =
      Internals.classIfThere(TCP_SERVER_OF_51) == null ? new HttpServers50() : new HttpServers51();

  private HttpServers() {}

  /** Loads this class, and with it what it needs of Vert.x. */
  static void link() {}

  /**
   * Makes an HTTP server as {@code Vertx.createHttpServer} does.
   *
   * @param vertx the Vert.x
   * @param options how it listens; copied
   * @param sockets is handed the listening socket before it is bound, on the thread that listens,
   *     and returns the one to be used; not called if the server shares the socket of another one
   * @return the server, which is closed with the context that it listens on
   */
  public static HttpServer create(
      Vertx vertx, HttpServerOptions options, UnaryOperator<Channel> sockets) {
    return MAKER.make(vertx, options, sockets);
  }
}
