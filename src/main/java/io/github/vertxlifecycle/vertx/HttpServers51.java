package io.github.vertxlifecycle.vertx;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import java.lang.invoke.MethodHandle;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@link HttpServers} on Vert.x 5.1. Does what {@code Vertx.createHttpServer} does there, which can
 * be called on no Vert.x but Vert.x's own.
 */
final class HttpServers51 implements HttpServers.Maker {

  private static final MethodHandle CONFIGURATION;
  private static final MethodHandle TCP_SERVER;
  private static final MethodHandle CLOSED_WITH_ITS_CONTEXT;

  static {
    Class<?> configuration = Internals.classOf("io.vertx.core.http.HttpServerConfig");
    Class<?> server = Internals.classOf("io.vertx.core.internal.http.HttpServerInternal");
    CONFIGURATION = Internals.constructor(configuration, HttpServerOptions.class);
    TCP_SERVER =
        Internals.constructor(
            Internals.classOf(HttpServers.TCP_SERVER_OF_51),
            VertxInternal.class,
            configuration,
            ServerSSLOptions.class,
            SSLEngineOptions.class,
            HttpServerMetrics.class,
            boolean.class);
    CLOSED_WITH_ITS_CONTEXT =
        Internals.constructor(
            Internals.classOf("io.vertx.core.http.impl.CleanableHttpServer"),
            VertxInternal.class,
            server);
  }

  @Override
  public HttpServer make(Vertx vertx, HttpServerOptions options, UnaryOperator<Channel> sockets) {
    ListeningVertx listening = new ListeningVertx(vertx, sockets);
    try {
      Object server =
          TCP_SERVER.invoke(
              listening,
              CONFIGURATION.invoke(options),
              tls(options),
              engine(options),
              (HttpServerMetrics<?, ?, ?>) null, // made by the server itself
              options.isRegisterWebSocketWriteHandlers());
      return (HttpServer) CLOSED_WITH_ITS_CONTEXT.invoke((VertxInternal) vertx, server);
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }

  private static @Nullable ServerSSLOptions tls(HttpServerOptions options) {
    if (!options.isSsl()) {
      return null;
    }
    ServerSSLOptions tls = options.getSslOptions();
    return tls == null ? new ServerSSLOptions() : tls.copy();
  }

  private static @Nullable SSLEngineOptions engine(HttpServerOptions options) {
    SSLEngineOptions engine = options.getSslEngineOptions();
    return engine == null ? null : engine.copy();
  }
}
