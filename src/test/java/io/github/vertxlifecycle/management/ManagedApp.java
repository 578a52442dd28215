package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The shape of the links service with nothing behind it, its management endpoint, and a client.
 * What it does is up to the test: a request is answered when the test says so, a step ends when the
 * test says so.
 */
final class ManagedApp implements AutoCloseable {

  static final long PATIENCE_SECONDS = 60;

  final Vertx vertx = Vertx.vertx();
  final LinkedBlockingQueue<LifecycleEvent> events = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<Promise<Void>> requests = new LinkedBlockingQueue<>();
  final AtomicInteger asked = new AtomicInteger();
  final Map<String, Future<Void>> releases = new ConcurrentHashMap<>();
  final Map<String, Future<Void>> starts = new ConcurrentHashMap<>();
  volatile Supplier<Future<?>> health = Future::succeededFuture;
  final LinkedBlockingQueue<CompletableFuture<HttpResponse<String>>> answers =
      new LinkedBlockingQueue<>();
  volatile int httpPort;
  final int port = FreePorts.one();
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final LinksLike app = new LinksLike();

  final class LinksLike extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add("postgres", () -> new ScriptedComponent("postgres", true)).releaseTimeout(seconds(5));
      app.add("redis", () -> new ScriptedComponent("redis", false));
      app.add("hits", () -> new ScriptedComponent("hits", false)).dependsOn("postgres", "redis");
      app.add("http", HoldingHttp::new).dependsOn("hits", "postgres", "redis").instances(2);
    }
  }

  private static java.time.Duration seconds(int count) {
    return java.time.Duration.ofSeconds(count);
  }

  private final class ScriptedComponent extends LifecycleVerticle {
    private final String called;
    private final boolean checked;

    ScriptedComponent(String called, boolean checked) {
      this.called = called;
      this.checked = checked;
    }

    @Override
    protected Future<?> onStart() {
      if (checked) {
        health(
            "SELECT 1",
            () -> {
              asked.incrementAndGet();
              return health.get();
            });
      }
      return starts.getOrDefault(called, Future.succeededFuture());
    }

    @Override
    protected Future<?> onStop() {
      return releases.getOrDefault(called, Future.succeededFuture());
    }
  }

  private final class HoldingHttp extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      router
          .get("/slow/:what")
          .handler(
              context -> {
                Promise<Void> held = Promise.promise();
                held.future().onComplete(v -> context.end("done"));
                requests.add(held);
              });
    }

    @Override
    protected Future<?> onListening() {
      httpPort = port();
      return Future.succeededFuture();
    }
  }

  ManagedApp start(JsonObject more) {
    app.listen(events::add);
    await(vertx.deployVerticle(app, new DeploymentOptions().setConfig(config(more))));
    return this;
  }

  ManagedApp start() {
    return start(new JsonObject());
  }

  JsonObject config(JsonObject more) {
    return new JsonObject()
        .put("management", new JsonObject().put("port", port))
        .put(
            "http", new JsonObject().put("host", "127.0.0.1").put("port", 0).put("linger", "50 ms"))
        .mergeIn(more, true);
  }

  /** Sends a request that stays in flight; returns once the server has it. */
  Promise<Void> hold(String what) throws InterruptedException {
    answers.add(
        client.sendAsync(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/slow/" + what))
                .build(),
            HttpResponse.BodyHandlers.ofString()));
    Promise<Void> held = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (held == null) {
      throw new IllegalStateException("the request has not arrived");
    }
    return held;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path);
  }

  HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Waits for the next event of a kind, dropping those before it. */
  <T extends LifecycleEvent> T next(Class<T> kind) throws InterruptedException {
    while (true) {
      LifecycleEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new IllegalStateException("no " + kind.getSimpleName());
      }
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
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
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
