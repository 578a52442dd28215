package io.github.vertxlifecycle.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.http.EventStream;
import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.http.ServerEvent;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.MissingDependencyException;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.lifecycle.StartFailedException;
import io.github.vertxlifecycle.lifecycle.StopFailedException;
import io.github.vertxlifecycle.s3.S3Streams;
import io.github.vertxlifecycle.stores.Await;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What an application needs that lives in a package of its own, and that the sample does not use.
 */
@Tag("integration")
final class OutsideTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Await.success(vertx.close());
  }

  private Future<String> deploy(JsonObject config, Consumer<Components> components) {
    RootVerticle root =
        new RootVerticle() {
          @Override
          protected void components(Components app) {
            components.accept(app);
          }
        };
    return vertx.deployVerticle(root, new DeploymentOptions().setConfig(config));
  }

  private static LifecycleVerticle starting(Consumer<Failing> start) {
    return new Failing(start, "");
  }

  private static final class Failing extends LifecycleVerticle {
    private final Consumer<Failing> start;
    private final String stop;

    Failing(Consumer<Failing> start, String stop) {
      this.start = start;
      this.stop = stop;
    }

    void asks() {
      use(Buffer.class);
    }

    @Override
    protected Future<?> onStart() {
      start.accept(this);
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      return stop.isEmpty() ? Future.succeededFuture() : Future.failedFuture(stop);
    }
  }

  @Test
  void aStartThatFailedAndAMissingDependencyAreToldByTheirTypes() {
    assertThat(
            Await.failure(
                deploy(new JsonObject(), app -> app.add("a", () -> starting(Failing::asks)))))
        .isInstanceOf(StartFailedException.class)
        .cause()
        .isInstanceOf(MissingDependencyException.class);
  }

  @Test
  void aStopThatFailedIsToldByItsType() {
    String id =
        Await.success(
            deploy(
                new JsonObject(), app -> app.add("a", () -> new Failing(nothing -> {}, "stuck"))));
    assertThat(Await.failure(vertx.undeploy(id))).isInstanceOf(StopFailedException.class);
  }

  private static final class News extends HttpVerticle {
    private final Promise<Integer> port;

    News(Promise<Integer> port) {
      this.port = port;
    }

    @Override
    protected void routes(Router router) {
      router.get("/news").handler(this::tell);
    }

    private void tell(RoutingContext context) {
      EventStream stream = events(context).lastWords(new ServerEvent(null, "bye", "see you"));
      stream.send(new ServerEvent("1", "news", "a stop"));
    }

    @Override
    protected Future<?> onListening() {
      port.complete(port());
      return Future.succeededFuture();
    }
  }

  @Test
  void aStreamOfEventsEndsWithItsLastWords() {
    Promise<Integer> port = Promise.promise();
    String id =
        Await.success(
            deploy(
                new JsonObject()
                    .put("http", new JsonObject().put("host", "127.0.0.1").put("port", 0)),
                app -> app.add("http", () -> new News(port))));
    HttpClient client = vertx.createHttpClient(); // Vert.x closes a client that nobody refers to
    Future<Buffer> body =
        Await.success(
            client
                .request(HttpMethod.GET, Await.success(port.future()), "127.0.0.1", "/news")
                .compose(request -> request.send())
                .map(HttpClientResponse::body)); // at once, or what comes meanwhile is not heard

    Await.success(vertx.undeploy(id));

    assertThat(Await.success(body).toString())
        .contains("id: 1\nevent: news\ndata: a stop\n\n")
        .endsWith("event: bye\ndata: see you\n\n");
    Await.success(client.close());
  }

  @Test
  void bytesAreABodyForS3OfTheirLength() {
    assertThat(S3Streams.body(Buffer.buffer("qr")).contentLength()).contains(2L);
  }
}
