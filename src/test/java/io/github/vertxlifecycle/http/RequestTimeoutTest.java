package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.http.HttpClientConnection.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Handlers that do not answer, and those that only seem so. */
@Tag("integration")
final class RequestTimeoutTest extends ServerTest {

  private static final String LIMIT = "400ms";

  /** Longer than the limit. */
  private static final long LONG_MILLIS = 1_500;

  @Override
  void more(Server server, Router router) {
    router.get("/never").handler(context -> {});
    router.post("/unread").handler(context -> context.request().pause());
    router.get("/stream").handler(this::stream);
    router.get("/late").handler(this::late);
  }

  private void stream(RoutingContext context) {
    context.response().setChunked(true).write("begun");
    vertx.setTimer(LONG_MILLIS, id -> context.end("ended"));
  }

  private void late(RoutingContext context) {
    vertx.setTimer(LONG_MILLIS, id -> context.end("late"));
  }

  private App limited() {
    return start(http("limits", new JsonObject().put("requestTimeout", LIMIT)));
  }

  private void is503ThatEndsTheConnection(String request) throws Exception {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(request);
      Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.saysClose()).isTrue();
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void answers503ForAHandlerThatDoesNot() throws Exception {
    limited();
    is503ThatEndsTheConnection(HttpClientConnection.get("/never"));
  }

  @Test
  void answers503ForAHandlerThatHasNotReadTheBody() throws Exception {
    limited();
    is503ThatEndsTheConnection(HttpClientConnection.post("/unread", "body"));
  }

  @Test
  void watchesEveryRequestOfAConnection() throws Exception {
    limited();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      assertThat(client.request("/hello").body()).isEqualTo("hello");
      assertThat(client.request("/later").body()).isEqualTo("later");
      assertThat(client.request("/never").status()).isEqualTo(503);
    }
  }

  @Test
  void answersEachHttp2StreamOnItsOwn() throws Exception {
    limited();
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/never");
      assertThat(client.next(Http2Wire.HEADERS).stream()).isEqualTo(1);
      client.get(3, "/hello");
      Http2Wire.Frame second = client.next(Http2Wire.HEADERS);
      assertThat(second.stream()).isEqualTo(3);
      assertThat(second.saysOk()).isTrue();
    }
  }

  @Test
  void doesNotEndAnAnswerThatHasBegun() throws Exception {
    limited();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/stream"));
      assertThat(client.readHead().status()).isEqualTo(200);
      assertThat(client.readChunks()).isEqualTo("begunended");
    }
  }

  @Test
  void doesNotEndAnUploadThatGoesOn() throws Exception {
    limited();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      int pieces = 12;
      client.send("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: " + pieces + "\r\n\r\n");
      for (int i = 0; i < pieces; i++) {
        ticks(); // the upload takes three times the limit, and no pause in it comes near that
        client.send("x");
      }
      assertThat(client.read().body()).isEqualTo("got " + pieces);
    }
  }

  /** A quarter of the limit, on Vert.x's clock. */
  private void ticks() {
    Promise<Void> tick = Promise.promise();
    vertx.setTimer(100, id -> tick.complete());
    await(tick.future());
  }

  @Test
  void waitsAsLongAsItTakesIfItIsToldTo() throws Exception {
    start(http("limits", new JsonObject().put("requestTimeout", "0")));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      assertThat(client.request("/late").body()).isEqualTo("late");
    }
  }

  @Test
  void aHandlerThatAnswersTooLateAfterAllBreaksNothing() throws Exception {
    limited();
    try (HttpClientConnection late = new HttpClientConnection(port);
        HttpClientConnection other = new HttpClientConnection(port)) {
      late.send(HttpClientConnection.get("/held/it"));
      Promise<Void> it = nextHeld();
      assertThat(late.read().status()).isEqualTo(503);
      vertx.runOnContext(v -> it.complete()); // which throws there: it is answered
      assertThat(other.request("/hello").body()).isEqualTo("hello");
    }
  }

  @Test
  void aStopWaitsForTheAnswerThatTheLimitGives() throws Exception {
    App app = limited();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/held/it"));
      nextHeld();
      Future<Void> stop = stop(app);
      assertThat(client.read().status()).isEqualTo(503);
      client.leave();
      await(stop);
      assertThat(stopped().outcome()).isEqualTo(Outcome.CLEAN);
    }
  }
}
