package io.github.vertxlifecycle.vertx;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import java.util.function.UnaryOperator;

/** {@link HttpServers} on Vert.x 5.0, whose types it needs to be loaded. */
final class HttpServers50 implements HttpServers.Maker {

  /** On 5.0 an HTTP server has its Vert.x make the server below it. */
  private static final class Listening extends ListeningVertx {

    Listening(Vertx vertx, UnaryOperator<Channel> sockets) {
      super(vertx, sockets);
    }

    @Override
    public NetServerInternal createNetServer(NetServerOptions options) {
      return new NetServerImpl(this, options.copy());
    }
  }

  @Override
  public HttpServer make(Vertx vertx, HttpServerOptions options, UnaryOperator<Channel> sockets) {
    return new HttpServerImpl(new Listening(vertx, sockets), options.copy());
  }
}
