package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;

/** A real server on a real socket, and what the toolkit says of its stop. */
abstract class ServerTest {

  static final StopReason STOP = new StopReason(StopReason.Kind.REQUEST, "test");
  static final long PATIENCE_SECONDS = 120;

  final Vertx vertx;

  /** Requests whose answer the test decides on. */
  final LinkedBlockingQueue<Promise<Void>> held = new LinkedBlockingQueue<>();

  final LinkedBlockingQueue<LifecycleEvent> events = new LinkedBlockingQueue<>();
  private final CountDownLatch turningAway = new CountDownLatch(1);
  volatile int port;
  volatile int redirectPort;
  volatile Server server;

  /** On NIO, or with {@code -Dtest.jvm=-Dtransport=epoll} on what the launcher prefers. */
  ServerTest() {
    this("epoll".equals(System.getProperty("transport")) ? Transport.EPOLL : Transport.NIO);
  }

  ServerTest(Transport transport) {
    vertx = Vertx.builder().withTransport(transport).build();
  }

  class Server extends HttpVerticle {

    @Override
    protected void routes(Router router) {
      router.get("/hello").handler(context -> context.end("hello"));
      router.get("/later").handler(context -> vertx.setTimer(5, id -> context.end("later")));
      router.get("/held/:what").handler(this::hold);
      router.get("/large/:bytes").handler(Server::large);
      router.post("/echo").handler(Server::echo);
      more(this, router);
    }

    private void hold(RoutingContext context) {
      Promise<Void> release = Promise.promise();
      release.future().onComplete(v -> context.end(context.pathParam("what")));
      held.add(release);
    }

    private static void large(RoutingContext context) {
      context.end(Buffer.buffer(new byte[Integer.parseInt(context.pathParam("bytes"))]));
    }

    private static void echo(RoutingContext context) {
      context
          .request()
          .body()
          .onSuccess(body -> context.end(Buffer.buffer("got " + body.length())));
    }

    @Override
    protected HttpServerOptions serverOptions() {
      return more(super.serverOptions());
    }

    @Override
    protected void configureServer(HttpServer http) {
      more(http);
    }

    @Override
    protected void onTurningAway() {
      turningAway.countDown();
    }

    @Override
    protected Future<?> prepare() {
      server = this;
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onListening() {
      port = port();
      redirectPort = redirectPort();
      return Future.succeededFuture();
    }
  }

  /** Sets options of a test's own. */
  HttpServerOptions more(HttpServerOptions options) {
    return options;
  }

  /** Adds handlers of a test's own. */
  void more(HttpServer http) {}

  /** Adds routes of a test's own. */
  void more(Server server, Router router) {}

  final class App extends RootVerticle {
    private final DeploymentOptions options;

    App(DeploymentOptions options) {
      this.options = options;
    }

    @Override
    protected void components(Components app) {
      app.add("http", () -> new Server()).options(options);
    }
  }

  final App start(JsonObject config, DeploymentOptions options) {
    App app = new App(options);
    app.listen(events::add);
    await(vertx.deployVerticle(app, new DeploymentOptions().setConfig(config)));
    return app;
  }

  final App start(JsonObject config) {
    return start(config, new DeploymentOptions());
  }

  final App start() {
    return start(http());
  }

  /** Begins a stop; when this returns, the (only) instance turns its clients away. */
  final Future<Void> stop(App app) throws InterruptedException {
    Future<Void> stop = app.stop(STOP);
    assertThat(turningAway.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return stop;
  }

  /**
   * A configuration whose section {@code http} has these keys and values, and time to close however
   * busy the machine is.
   */
  static JsonObject http(Object... keysAndValues) {
    JsonObject section =
        new JsonObject().put("host", "127.0.0.1").put("port", 0).put("releaseTimeout", "10s");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      section.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return new JsonObject().put("http", section);
  }

  static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(Arrays.toString(e.getStackTrace()), e);
    }
  }

  final LifecycleEvent.ComponentStopped stopped() {
    return events.stream()
        .filter(LifecycleEvent.ComponentStopped.class::isInstance)
        .map(LifecycleEvent.ComponentStopped.class::cast)
        .findFirst()
        .orElseThrow();
  }

  final Promise<Void> nextHeld() throws InterruptedException {
    Promise<Void> request = held.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }
}
