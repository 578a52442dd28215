package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.config.Section;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Stands in for a server while a stop is warmed up: on any free port, for this machine only. It is
 * its own client, whose one request is in flight when the stop comes.
 */
final class WarmUpServer extends HttpVerticle {

  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static final int PATIENCE_MILLIS = 5_000;

  private final Promise<RoutingContext> asked = Promise.promise();

  /** Ignores the section: a stand-in has none of its own. */
  @Override
  protected void configureMore(Section section) {
    use(
        new HttpOptions(
            new ListenAddress(InetAddress.getLoopbackAddress().getHostAddress(), 0, null),
            HttpOptions.DEFAULT.linger(),
            HttpOptions.DEFAULT.limits(),
            null));
  }

  @Override
  protected void routes(Router router) {
    router.get().handler(this::hold);
  }

  private void hold(RoutingContext context) {
    // in the next turn of the event loop: the request is in flight when the drain begins
    onGoingAway(context, () -> vertx.runOnContext(drains -> context.end()));
    asked.tryComplete(context);
  }

  @Override
  void listening(HttpEndpoint endpoint) {}

  @Override
  protected Future<?> onListening() {
    vertx.executeBlocking(this::ask).onFailure(asked::tryFail);
    return asked.future();
  }

  /** Asks, and leaves when it is told to. */
  private long ask() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }
  }
}
