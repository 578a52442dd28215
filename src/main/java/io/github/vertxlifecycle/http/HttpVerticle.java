package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.Section;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server with a Vert.x Web router.
 *
 * <p>From the first moment of a stop every answer tells its client to leave: {@code Connection:
 * close} on HTTP/1.1, GOAWAY on HTTP/2. Everything is still answered, on new connections too. When
 * the server's turn to drain comes, it waits until the connections have gone, at most {@code
 * linger} from that first moment; then it stops listening, closes what is idle, and waits for the
 * requests in flight. Only what comes after that is refused, with 503.
 *
 * <p>Section: {@code host} ({@code 0.0.0.0}), {@code port} (8080; 0 for any), {@code linger} (1 s).
 * With several instances Vert.x spreads connections over them. Requests in flight are named {@code
 * GET /links/:code}, with their client's address.
 */
public abstract class HttpVerticle extends LifecycleVerticle {

  private static final Logger log = LoggerFactory.getLogger(HttpVerticle.class);

  /** For what a client needs to read the end of its answer after the last request is done. */
  private static final Duration FAREWELL = Duration.ofMillis(250);

  private HttpOptions options = HttpOptions.DEFAULT;
  private @Nullable Connections connections;
  private @Nullable HttpServer server;
  private volatile long turningAwaySince;

  /** For subclasses. */
  protected HttpVerticle() {}

  /**
   * Adds the routes. Called on the verticle's context, once per instance; dependencies run.
   *
   * @param router the router of this instance
   */
  protected abstract void routes(Router router);

  /**
   * Vert.x's own options of the server: limits, TLS, compression. Called before the start; address
   * and port are set afterwards.
   *
   * @return fresh options
   */
  protected HttpServerOptions serverOptions() {
    return new HttpServerOptions();
  }

  /**
   * The port that the server listens on.
   *
   * @return the port, 0 before the start
   */
  protected final int port() {
    HttpServer current = server;
    return current == null ? 0 : current.actualPort();
  }

  @Override
  protected void configure(Section section) {
    options = HttpOptions.of(section);
  }

  @Override
  protected Future<?> onStart() {
    Router router = Router.router(vertx);
    router.route().handler(HttpVerticle::named);
    routes(router);
    Connections open = new Connections(work(), options.linger());
    connections = open;
    return vertx
        .createHttpServer(serverOptions().setHost(options.host()).setPort(options.port()))
        .connectionHandler(open::opened)
        .requestHandler(request -> receive(request, router))
        .listen()
        .onSuccess(this::listening)
        .recover(problem -> Future.failedFuture(explained(problem)));
  }

  private void listening(HttpServer listening) {
    server = listening;
    log.info("{}: listening on {}:{}", name(), options.host(), listening.actualPort());
  }

  private Throwable explained(Throwable problem) {
    if (problem instanceof BindException) {
      return new IOException(
          "cannot listen on %s: %s; stop what listens there or set %s.port"
              .formatted(options.address(), problem.getMessage(), name()),
          problem);
    }
    return new IOException(
        "cannot listen on %s: %s; see %s.host".formatted(options.address(), problem, name()),
        problem);
  }

  private static void receive(HttpServerRequest request, Router router) {
    if (Connections.workOf(request) == null) {
      request
          .response()
          .setStatusCode(503)
          .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
          .end();
    } else {
      router.handle(request);
    }
  }

  private static void named(RoutingContext context) {
    Work work = Connections.workOf(context.request());
    if (work != null) {
      RequestName name =
          new RequestName(context.request().method().name(), context.request().uri());
      name.routedBy(context);
      work.rename(name);
    }
    context.next();
  }

  @Override
  protected void onAnnounce() {
    turnAway();
  }

  private Connections turnAway() {
    Connections open = connections;
    if (open == null) {
      throw new IllegalStateException("not started");
    }
    if (turningAwaySince == 0) {
      turningAwaySince = System.nanoTime();
      open.turnAway();
    }
    return open;
  }

  @Override
  protected Future<?> onDrain() {
    Connections open = turnAway();
    Duration turnedAwayFor = Duration.ofNanos(System.nanoTime() - turningAwaySince);
    return open.whenGone(vertx, options.linger().minus(turnedAwayFor))
        .compose(gone -> open.closeListener())
        .onComplete(closed -> open.closeIdle());
  }

  @Override
  protected Future<?> onStop() {
    Connections open = connections;
    HttpServer listening = server;
    if (open == null || listening == null) {
      return Future.succeededFuture();
    }
    return open.whenGone(vertx, FAREWELL).compose(gone -> listening.close());
  }
}
