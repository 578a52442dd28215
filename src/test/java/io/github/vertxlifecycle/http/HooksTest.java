package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a subclass of the server is called. */
@Tag("integration")
final class HooksTest {

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Promise<Void> held = Promise.promise();
  private volatile String failing = "";
  private final TestApp app = new TestApp(c -> c.add("http", Server::new));

  private final class Server extends HttpVerticle {

    private Future<?> call(String what) throws IOException {
      calls.add(what);
      if (what.equals(failing)) {
        throw new IOException("no " + what);
      }
      return Future.succeededFuture();
    }

    @Override
    protected void configureMore(Section section) {
      calls.add("motto " + section.string("motto", "none"));
    }

    @Override
    protected Future<?> prepare() throws IOException {
      return call("prepare");
    }

    @Override
    protected void routes(Router router) throws IOException {
      call("routes");
      router
          .get("/held")
          .handler(
              context -> {
                calls.add("request");
                held.future()
                    .onSuccess(
                        go -> {
                          calls.add("answer");
                          context.end();
                        });
              });
    }

    @Override
    protected Future<?> onListening() throws IOException {
      return call(port() > 0 ? "listening" : "deaf");
    }

    @Override
    protected void onTurningAway() throws IOException {
      call("turning away");
    }

    @Override
    protected Future<?> cleanUp() throws IOException {
      return call("clean up");
    }
  }

  @AfterEach
  void close() {
    app.close();
  }

  private static JsonObject section(int port) {
    return new JsonObject()
        .put("host", "127.0.0.1")
        .put("port", port)
        .put("motto", "festina lente");
  }

  private Throwable failureOf(String step) {
    failing = step;
    return Await.failure(app.start(new JsonObject().put("http", section(0))));
  }

  @Test
  void areCalledFromBeforeTheServerListensUntilAfterItsLastRequest() throws Exception {
    int port = FreePorts.one();
    Await.success(app.start(new JsonObject().put("http", section(port))));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/held"));
      Await.until(() -> calls.contains("request"));
      Future<Void> stop = app.stop();
      Await.until(() -> calls.contains("turning away"));
      held.complete();
      client.read();
      client.leave();
      Await.success(stop);
    }
    assertThat(calls)
        .containsExactly(
            "motto festina lente",
            "prepare",
            "routes",
            "listening",
            "request",
            "turning away",
            "answer",
            "clean up");
  }

  @Test
  void nothingIsCleanedUpIfNothingWasPrepared() {
    assertThat(failureOf("prepare")).hasMessageContaining("no prepare");
    assertThat(calls).containsExactly("motto festina lente", "prepare");
  }

  @Test
  void aFailureWhileRoutesAreAddedFailsTheStartAndCleansUp() {
    assertThat(failureOf("routes")).hasMessageContaining("no routes");
    assertThat(calls).endsWith("routes", "clean up");
  }

  @Test
  void aFailureOnceTheServerListensFailsTheStartAndCleansUp() {
    assertThat(failureOf("listening")).hasMessageContaining("no listening");
    assertThat(calls).endsWith("listening", "clean up");
  }

  @Test
  void aPortThatIsTakenFailsTheStartAndCleansUp() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Await.failure(app.start(new JsonObject().put("http", section(taken.getLocalPort()))));
    }
    assertThat(calls).endsWith("routes", "clean up");
  }

  @Test
  void aPreparationThatNobodyWaitsForAnyMoreHearsOfIt() {
    Promise<Void> waiting = Promise.promise();
    Promise<Void> begun = Promise.promise();
    try (TestApp slow =
        new TestApp(
            components ->
                components.add(
                    "http",
                    () ->
                        new HttpVerticle() {
                          @Override
                          protected Future<?> prepare() {
                            begun.complete();
                            return waiting.future();
                          }

                          @Override
                          protected void routes(Router router) {
                            calls.add("routes");
                          }

                          @Override
                          protected void onPrepareAbandoned() {
                            waiting.fail("nobody waits");
                          }
                        }))) {
      JsonObject section = new JsonObject().put("host", "127.0.0.1").put("port", 0);
      Future<String> start = slow.start(new JsonObject().put("http", section));
      Await.success(begun.future());
      Await.success(slow.stop());
      Await.failure(start);
    }
    assertThat(waiting.future().cause()).hasMessage("nobody waits");
    assertThat(calls).isEmpty();
  }

  @Test
  void aFailureOfTheCleaningUpFailsTheStop() {
    failing = "clean up";
    Await.success(app.start(new JsonObject().put("http", section(0))));
    Await.success(app.stop());
    assertThat(app.stopped("http").failure()).hasMessage("no clean up");
  }
}
