package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real server, real sockets, and what its clients see of a stop. */
final class HttpVerticleTest {

  private static final StopReason STOP = new StopReason(StopReason.Kind.REQUEST, "test");
  private static final long PATIENCE_SECONDS = 60;

  private final Vertx vertx = Vertx.vertx();
  private final LinkedBlockingQueue<Promise<Void>> held = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<LifecycleEvent> events = new LinkedBlockingQueue<>();
  private volatile int port;

  private final class Server extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      router.get("/hello").handler(context -> context.end("hello"));
      router.get("/later").handler(context -> vertx.setTimer(5, id -> context.end("later")));
      router
          .get("/held/:what")
          .handler(
              context -> {
                Promise<Void> release = Promise.promise();
                held.add(release);
                release.future().onComplete(v -> context.end(context.pathParam("what")));
              });
    }

    @Override
    protected Future<?> onStart() {
      return super.onStart().onSuccess(v -> port = port());
    }
  }

  private final class App extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add("http", Server::new);
    }
  }

  private App start(JsonObject config) {
    App app = new App();
    app.listen(events::add);
    await(vertx.deployVerticle(app, new DeploymentOptions().setConfig(config)));
    return app;
  }

  private App start() {
    return start(config("127.0.0.1", 0));
  }

  private static JsonObject config(String host, int port) {
    return new JsonObject().put("http", new JsonObject().put("host", host).put("port", port));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private LifecycleEvent.ComponentStopped stopped() {
    return events.stream()
        .filter(LifecycleEvent.ComponentStopped.class::isInstance)
        .map(LifecycleEvent.ComponentStopped.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private Promise<Void> nextHeld() throws InterruptedException {
    Promise<Void> request = held.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  @Test
  void answersARequestInFlightAndSaysClose() throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/held/x"));
      Promise<Void> request = nextHeld();
      Future<Void> stop = app.stop(STOP);
      request.complete();
      HttpClientConnection.Answer answer = client.read();
      assertThat(answer.body()).isEqualTo("x");
      assertThat(answer.saysClose()).isTrue();
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void answersARequestThatArrivesOnAnIdleConnectionDuringTheLinger() throws Exception {
    App app =
        start(
            config("127.0.0.1", 0)
                .put("http", config("127.0.0.1", 0).getJsonObject("http").put("linger", "1m")));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      assertThat(client.request("/hello").saysClose()).isFalse();
      Future<Void> stop = app.stop(STOP);
      HttpClientConnection.Answer answer;
      do { // the first one may be faster than the stop
        answer = client.request("/hello");
        assertThat(answer.status()).isEqualTo(200);
      } while (!answer.saysClose());
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop); // long before the linger ends, because nobody is left
    }
  }

  @Test
  void answersAllPipelinedRequestsAndSaysCloseOnTheLast() throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(
          HttpClientConnection.get("/held/a")
              + HttpClientConnection.get("/hello")
              + HttpClientConnection.get("/held/b")
              + HttpClientConnection.get("/later"));
      Promise<Void> first = nextHeld();
      Future<Void> stop = app.stop(STOP);
      first.complete();
      assertThat(client.read()).matches(a -> a.body().equals("a") && !a.saysClose());
      assertThat(client.read()).matches(a -> a.body().equals("hello") && !a.saysClose());
      nextHeld().complete();
      assertThat(client.read()).matches(a -> a.body().equals("b") && !a.saysClose());
      assertThat(client.read()).matches(a -> a.body().equals("later") && a.saysClose());
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void cutsARequestThatIsNeverAnsweredAndNamesItsRouteAndPeer() throws Exception {
    App app =
        start(
            config("127.0.0.1", 0)
                .put("lifecycle", new JsonObject().put("stopTimeout", "3s"))
                .put(
                    "http",
                    new JsonObject()
                        .put("host", "127.0.0.1")
                        .put("port", 0)
                        .put("drainTimeout", "200ms")));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/held/secret?token=1"));
      nextHeld();
      await(app.stop(STOP));
      assertThat(stopped().outcome()).hasToString("CUT");
      assertThat(stopped().cut())
          .singleElement()
          .satisfies(
              cut -> assertThat(cut.what()).matches("GET /held/:what from 127\\.0\\.0\\.1:[0-9]+"));
    }
  }

  @Test
  void refusesNewConnectionsOnceTheListenerIsClosed() throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.request("/hello");
    }
    await(app.stop(STOP));
    assertThatThrownBy(() -> new HttpClientConnection(port)).isInstanceOf(IOException.class);
  }

  @Test
  void saysWhichPortIsTakenAndWhatToDo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start(config("127.0.0.1", taken.getLocalPort())))
          .rootCause()
          .isInstanceOf(java.net.BindException.class);
      assertThatThrownBy(() -> start(config("127.0.0.1", taken.getLocalPort())))
          .hasMessageContaining("component \"http\" did not start")
          .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("http.port");
    }
  }

  @Test
  void losesNoRequestOfBusyKeepAliveClients() throws Exception {
    int clients = 32;
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      for (int round = 0; round < 5; round++) {
        App app = start();
        AtomicInteger lost = new AtomicInteger();
        AtomicInteger shed = new AtomicInteger();
        CountDownLatch busy = new CountDownLatch(clients * 5);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
          all.add(CompletableFuture.runAsync(() -> beBusy(busy, lost, shed), threads));
        }
        assertThat(busy.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        await(app.stop(STOP));
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(lost).hasValue(0);
        assertThat(shed).hasValue(0);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Asks until it is told to leave; then opens no new connection. */
  private void beBusy(CountDownLatch busy, AtomicInteger lost, AtomicInteger shed) {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      HttpClientConnection.Answer answer;
      do {
        answer = client.request("/later");
        busy.countDown();
        if (answer.status() != 200) {
          shed.incrementAndGet();
        }
      } while (!answer.saysClose());
    } catch (IOException e) {
      lost.incrementAndGet();
    }
  }
}
