package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests and answers that are under way when the stop comes, on HTTP/1.1. */
@Tag("integration")
final class BodiesTest extends ServerTest {

  private static final int LARGE = 40_000_000;

  @Override
  void more(Server server, Router router) {
    router
        .get("/begun")
        .handler(
            context -> {
              Promise<Void> release = Promise.promise();
              context.response().setChunked(true).write("begun");
              release.future().onComplete(v -> context.end("!"));
              held.add(release);
            });
    router.get("/endless").handler(context -> pour(context.response().setChunked(true)));
    router
        .post("/continue")
        .handler(
            context -> {
              context.response().writeContinue();
              context.request().body().onSuccess(body -> context.end(body));
            });
    router.get("/blocking").blockingHandler(context -> context.end(Buffer.buffer("from a worker")));
  }

  private static void pour(HttpServerResponse response) {
    while (!response.writeQueueFull()) {
      response.write(Buffer.buffer(new byte[100_000]));
    }
    response.drainHandler(v -> pour(response));
  }

  private HttpClientConnection connect() throws Exception {
    return new HttpClientConnection(port);
  }

  @Test
  void givesAClientWhoseAnswerHadBegunAnotherRequestToHearItIn() throws Exception {
    App app = start(http("linger", "1m"));
    try (HttpClientConnection client = connect()) {
      client.send(HttpClientConnection.get("/begun"));
      Promise<Void> request = nextHeld();
      assertThat(client.readHead().saysClose()).isFalse();
      Future<Void> stop = stop(app);
      request.complete();
      assertThat(client.readChunks()).isEqualTo("begun!");
      assertThat(client.request("/hello")).matches(a -> a.status() == 200 && a.saysClose());
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void sendsALargeBodyToASlowReaderWhole() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = connect()) {
      client.send(HttpClientConnection.get("/large/" + LARGE));
      HttpClientConnection.Answer head = client.readHead();
      assertThat(head.headers()).containsEntry("content-length", String.valueOf(LARGE));
      Future<Void> stop = stop(app);
      long read = 0;
      InputStream in = client.in();
      byte[] sip = new byte[16 * 1024];
      for (int n = in.read(sip); n > 0; n = in.read(sip)) {
        read += n;
        Thread.onSpinWait();
      }
      assertThat(read).isEqualTo(LARGE);
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void sendsALargeBodyWholeToOneWhoReadsItAfterTheLinger() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = connect()) {
      client.send(HttpClientConnection.get("/large/" + LARGE));
      client.readHead();
      Future<Void> stop = stop(app);
      await(vertx.timer(300, TimeUnit.MILLISECONDS)); // idle connections have been closed by now
      assertThat(client.in().readAllBytes()).hasSize(LARGE);
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void receivesABodyToItsEnd() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = connect()) {
      client.send("POST /continue HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n");
      client.send("Expect: 100-continue\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(100);
      Future<Void> stop = stop(app);
      client.send("01234");
      client.send("56789");
      assertThat(client.read()).matches(a -> a.body().equals("0123456789") && a.saysClose());
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void answersHead() throws Exception {
    App app = start(http("linger", "1m"));
    try (HttpClientConnection client = connect()) {
      client.request("/hello");
      Future<Void> stop = stop(app);
      client.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n");
      assertThat(client.readHead().saysClose()).isTrue();
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
  }

  @Test
  void answersFromWorkersToo() throws Exception {
    App app =
        start(
            http("linger", "1m"),
            new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER).setInstances(2));
    try (HttpClientConnection client = connect()) {
      assertThat(client.request("/blocking").body()).isEqualTo("from a worker");
      Future<Void> stop = stop(app);
      assertThat(client.request("/blocking")).matches(a -> a.status() == 200 && a.saysClose());
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void doesNotWaitForAClientThatVanishedInItsBody() throws Exception {
    App app = start();
    try (HttpClientConnection client = connect()) {
      client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n01234");
      client.socket().setSoLinger(true, 0); // resets the connection
    }
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void cutsAClientThatNeverReadsAtTheDrainDeadline() throws Exception {
    App app = start(http("drainTimeout", "200ms", "linger", "50ms"));
    try (HttpClientConnection client = connect()) {
      client.send(HttpClientConnection.get("/endless"));
      client.readHead();
      await(app.stop(STOP));
    }
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut().get(0).what()).startsWith("GET /endless from ");
  }

  @Test
  void refusesGarbageAndForgetsIt() throws Exception {
    App app = start();
    try (HttpClientConnection client = connect()) {
      client.send("\1\2\3\4 what is this\r\n\r\n");
      assertThat(client.read()).matches(a -> a.status() == 400 && a.saysClose());
      assertThat(client.isAtEnd()).isTrue();
    }
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
