package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Over a limit: the right status, the connection closed, nothing left in flight. */
@Tag("integration")
final class HttpLimitsTest extends ServerTest {

  private App app;

  @Override
  void more(Server server, Router router) {
    router.post("/unread").handler(HttpLimitsTest::unread);
    router.post("/refuse").handler(context -> context.response().setStatusCode(401).end());
    router.post("/begun").handler(context -> context.response().setChunked(true).writeHead());
  }

  private static void unread(RoutingContext context) {
    context.request().pause();
    context.vertx().setTimer(500, id -> context.end());
  }

  private HttpClientConnection startAndConnect(Object... limits) throws Exception {
    JsonObject section = new JsonObject();
    for (int i = 0; i < limits.length; i += 2) {
      section.put((String) limits[i], limits[i + 1]);
    }
    app = start(http("limits", section));
    return new HttpClientConnection(port);
  }

  private static void expect(HttpClientConnection client, int status) throws Exception {
    HttpClientConnection.Answer answer = client.read();
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.saysClose()).isTrue();
    assertThat(client.isAtEnd()).isTrue();
  }

  @AfterEach
  void nothingIsLeftInFlight() {
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void answers414ToALongRequestLine() throws Exception {
    try (HttpClientConnection client = startAndConnect("requestLine", 100)) {
      client.send(HttpClientConnection.get("/" + "x".repeat(20_000)));
      expect(client, 414);
    }
  }

  @Test
  void answers431ToManyHeaders() throws Exception {
    try (HttpClientConnection client = startAndConnect("headers", 100)) {
      client.send("GET / HTTP/1.1\r\nHost: t\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      expect(client, 431);
    }
  }

  @Test
  void answers413ToALongBodyBeforeItHasCome() throws Exception {
    try (HttpClientConnection client = startAndConnect("body", 1000)) {
      client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1001\r\n\r\n");
      expect(client, 413);
    }
  }

  @Test
  void answers413ToABodyThatTurnsOutToBeLong() throws Exception {
    try (HttpClientConnection client = startAndConnect("body", 1000)) {
      client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int chunk = 0; chunk < 100; chunk++) {
        client.send("64\r\n" + "x".repeat(100) + "\r\n");
      }
      expect(client, 413);
    }
  }

  @Test
  void answers413OnHttp2() throws Exception {
    startAndConnect("body", 1000).close();
    try (Http2Wire client = new Http2Wire(port)) {
      client.post(1, "/echo");
      client.send(Http2Wire.DATA, 0, 1, new byte[1001]);
      assertThat(client.next(Http2Wire.HEADERS).saysOk()).isFalse();
      expectLeaveToStop(client);
    }
  }

  /** Nothing of the stream is left in flight, whatever the client does (RFC 9113 §8.1). */
  private static void expectLeaveToStop(Http2Wire client) throws Exception {
    Http2Wire.Frame reset = client.next(Http2Wire.RST_STREAM);
    assertThat(reset.stream()).isEqualTo(1);
    assertThat(reset.payload().getInt(0)).isZero();
  }

  @Test
  void resetsAnHttp2StreamWhoseBodyIsTooLongWhenItsAnswerHasBegun() throws Exception {
    startAndConnect("body", 1000).close();
    try (Http2Wire client = new Http2Wire(port)) {
      client.post(1, "/begun");
      assertThat(client.next(Http2Wire.HEADERS).saysOk()).isTrue();
      client.send(Http2Wire.DATA, 0, 1, new byte[1001]);
      assertThat(client.next(Http2Wire.RST_STREAM).stream()).isEqualTo(1);
    }
  }

  @Test
  void doesNotWaitForTheBodyOfAnHttp2RequestThatHasItsAnswer() throws Exception {
    startAndConnect("readTimeout", "100ms").close();
    try (Http2Wire client = new Http2Wire(port)) {
      client.post(1, "/refuse");
      assertThat(client.next(Http2Wire.HEADERS).says("401")).isTrue();
      expectLeaveToStop(client);
    }
  }

  @Test
  void aStopDoesNotWaitForTheBodyOfAnHttp2RequestThatHasItsAnswer() throws Exception {
    startAndConnect("readTimeout", 0).close();
    try (Http2Wire client = new Http2Wire(port)) {
      client.post(1, "/refuse");
      assertThat(client.next(Http2Wire.HEADERS).says("401")).isTrue();
      Future<Void> stop = stop(app);
      client.acknowledge(client.next(Http2Wire.PING));
      await(stop);
    }
  }

  @Test
  void answers408ToAHeadThatDoesNotEnd() throws Exception {
    try (HttpClientConnection client = startAndConnect("headTimeout", "100ms")) {
      client.send("GET / HTTP/1.1\r\nHo");
      expect(client, 408);
    }
  }

  @Test
  void answers408ToABodyThatStops() throws Exception {
    try (HttpClientConnection client = startAndConnect("readTimeout", "100ms")) {
      client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n01234");
      expect(client, 408);
    }
  }

  @Test
  void answers408ToAnHttp2BodyThatStops() throws Exception {
    startAndConnect("readTimeout", "100ms").close();
    try (Http2Wire client = new Http2Wire(port)) {
      client.post(1, "/echo");
      client.send(Http2Wire.DATA, 0, 1, new byte[10]);
      Http2Wire.Frame head = client.next(Http2Wire.HEADERS);
      assertThat(head.says("408")).isTrue();
      assertThat(head.has(Http2Wire.END_STREAM)).isTrue();
      expectLeaveToStop(client);
      client.get(3, "/hello");
      assertThat(client.next(Http2Wire.HEADERS).saysOk()).isTrue();
    }
  }

  @Test
  void doesNotTimeAnHttp2HandlerThatDoesNotRead() throws Exception {
    startAndConnect("readTimeout", "100ms").close();
    try (Http2Wire client = new Http2Wire(port)) {
      client.post(1, "/unread");
      client.send(Http2Wire.DATA, 0, 1, new byte[10]);
      assertThat(client.next(Http2Wire.HEADERS).saysOk()).isTrue();
      client.send(Http2Wire.DATA, Http2Wire.END_STREAM, 1, new byte[0]);
    }
  }

  @Test
  void doesNotTimeAClientThatWaitsToBeToldToGoOn() throws Exception {
    try (HttpClientConnection client = startAndConnect("readTimeout", "20ms")) {
      client.send("GET /held/x HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n");
      client.send("Expect: 100-continue\r\n\r\n");
      vertx.setTimer(200, id -> held.remove().complete());
      assertThat(client.read().body()).isEqualTo("x");
    }
  }

  @Test
  void closesAConnectionThatStaysIdle() throws Exception {
    try (HttpClientConnection client = startAndConnect("idleTimeout", "100ms");
        HttpClientConnection silent = new HttpClientConnection(port)) {
      assertThat(client.request("/hello").saysClose()).isFalse();
      assertThat(client.isAtEnd()).isTrue();
      assertThat(silent.isAtEnd()).isTrue();
    }
  }

  @Test
  void doesNotTimeAHandlerThatIsSlow() throws Exception {
    try (HttpClientConnection client =
        startAndConnect("idleTimeout", "20ms", "readTimeout", "20ms", "headTimeout", "20ms")) {
      client.send(HttpClientConnection.get("/held/x"));
      vertx.setTimer(200, id -> held.remove().complete());
      assertThat(client.read().body()).isEqualTo("x");
    }
  }

  @Test
  void answers503OverTheLimitOfConnections() throws Exception {
    try (HttpClientConnection client = startAndConnect("connections", 1);
        HttpClientConnection second = new HttpClientConnection(port)) {
      assertThat(client.request("/hello").status()).isEqualTo(200);
      second.send(HttpClientConnection.get("/hello"));
      expect(second, 503);
      assertThat(client.request("/hello").status()).isEqualTo(200);
    }
  }
}
