package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that a limit of the server's own cuts during a stop, before they had their answer. */
@Tag("integration")
final class LostAnswersTest extends ServerTest {

  private static final int MUCH = 32 << 20;
  private static final String MEGABYTE = "x".repeat(1 << 20);
  private static final String UPGRADE =
      """
      GET /socket HTTP/1.1
      Host: t
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """
          .replace("\n", "\r\n");

  private final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private int idleSeconds;

  @Override
  HttpServerOptions more(HttpServerOptions options) {
    return options.setIdleTimeout(idleSeconds);
  }

  @Override
  void more(Server server, Router router) {
    router.get("/much").handler(this::much);
    router
        .get("/events")
        .handler(
            context -> {
              EventStream events = server.events(context);
              for (int i = 0; i < 32; i++) {
                events.send(MEGABYTE);
              }
              begun.add("events");
            });
    router
        .get("/socket")
        .handler(
            context ->
                context
                    .request()
                    .toWebSocket()
                    .onSuccess(
                        socket -> {
                          socket.writeBinaryMessage(Buffer.buffer(new byte[MUCH]));
                          begun.add("socket");
                        }));
  }

  private void much(RoutingContext context) {
    context.end(Buffer.buffer(new byte[MUCH])).onComplete(this::end);
    begun.add("much");
  }

  private void end(AsyncResult<Void> end) {
    ended.add(end.succeeded() ? "sent" : "cut");
  }

  private App limited(String name, String value) {
    return start(http("linger", "50ms", "limits", new JsonObject().put(name, value)));
  }

  private void awaitBegun() throws InterruptedException {
    assertThat(begun.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
  }

  private void expectCut(String what) {
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut())
        .singleElement()
        .satisfies(cut -> assertThat(cut.what()).contains(what).contains("127.0.0.1:"));
  }

  private void cuts(String request, String what) throws Exception {
    App app = limited("writeTimeout", "2s");
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(request);
      awaitBegun();
      await(stop(app));
      expectCut(what);
    }
  }

  @Test
  void anAnswerThatNobodyTakesIsCutAndNamed() throws Exception {
    cuts(HttpClientConnection.get("/much"), "GET /much");
  }

  @Test
  void anEventStreamThatNobodyTakesIsCutAndNamed() throws Exception {
    cuts(HttpClientConnection.get("/events"), "GET /events");
  }

  @Test
  void aWebSocketThatNobodyReadsIsCutAndNamed() throws Exception {
    cuts(UPGRADE, "GET /socket");
  }

  private void cutsTheStream(String path, boolean wide) throws Exception {
    App app = limited("writeTimeout", "2s");
    try (Http2Wire client = new Http2Wire(port)) {
      if (wide) {
        client.send(
            Http2Wire.SETTINGS,
            0,
            0,
            ByteBuffer.allocate(6).putShort((short) 4).putInt(64 << 20).array());
        client.send(Http2Wire.WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(64 << 20).array());
      }
      client.get(1, path);
      awaitBegun();
      await(stop(app));
      expectCut("GET " + path);
    }
  }

  @Test
  void aStreamWhoseWindowNobodyOpensIsCutAndNamed() throws Exception {
    cutsTheStream("/much", false);
  }

  @Test
  void aStreamWhoseConnectionNobodyReadsIsCutAndNamed() throws Exception {
    cutsTheStream("/much", true);
  }

  @Test
  void anEventStreamOverHttp2ThatNobodyTakesIsCutAndNamed() throws Exception {
    cutsTheStream("/events", false);
  }

  @Test
  void whatWasCutInServiceIsNoLossOfTheStop() throws Exception {
    App app = limited("writeTimeout", "400ms");
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/much"));
      assertThat(ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("cut");
      await(stop(app));
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aClientThatLeavesBeforeItsAnswerIsNoLossOfTheStop() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/held/x"));
      nextHeld();
      Future<Void> stop = stop(app);
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void anAnswerThatTheIdleTimeoutOfVertxOvertakesIsCutAndNamed() throws Exception {
    idleSeconds = 2;
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/held/x"));
      Promise<Void> never = nextHeld();
      await(stop(app));
      expectCut("GET /held/");
      never.tryComplete();
    }
  }

  @Test
  void aStreamThatTheIdleTimeoutOfVertxOvertakesIsCutAndNamed() throws Exception {
    idleSeconds = 2;
    App app = start(http("linger", "50ms"));
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/held/x");
      Promise<Void> never = nextHeld();
      await(stop(app));
      expectCut("GET /held/");
      never.tryComplete();
    }
  }

  /** Its first half opens the connection: before the answer, as 100-continue is not asked for. */
  @Test
  void aBodyThatStopsIsAnsweredSoThatNothingIsLost() throws Exception {
    App app = limited("readTimeout", "1s");
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nhalf");
      Future<Void> stop = stop(app);
      assertThat(client.read().status()).isEqualTo(408);
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  // ── half a frame ───────────────────────────────────────────────────────────────────────────────

  private static final byte[] HEAD = {
    (byte) 0x82, (byte) 0x86, 4, 6, '/', 'h', 'e', 'l', 'l', 'o', 1, 1, 't'
  };

  private static final byte[] FRAME = {0, 0, (byte) HEAD.length, 1, 5, 0, 0, 0, 3};

  private static void awaitTheRealGoAway(Http2Wire client) throws IOException {
    Http2Wire.Frame frame;
    do {
      frame = client.next(Http2Wire.GOAWAY);
    } while (frame != null && frame.lastStream() == Integer.MAX_VALUE);
    assertThat(frame).isNotNull();
    assertThat(frame.lastStream()).isEqualTo(3);
  }

  private void answersTheRestOfAFrame(int bytes) throws Exception {
    App app = start(http("linger", "50ms"));
    byte[] all = ByteBuffer.allocate(FRAME.length + HEAD.length).put(FRAME).put(HEAD).array();
    try (Http2Wire client = new Http2Wire(port);
        HttpClientConnection other = new HttpClientConnection(port)) {
      client.get(1, "/hello");
      client.readAnswer(1);
      client.write(Arrays.copyOf(all, bytes));
      other.request("/hello");
      Future<Void> stop = stop(app);
      assertThat(other.isAtEnd()).isTrue(); // idle ones have been closed
      client.write(Arrays.copyOfRange(all, bytes, all.length));
      client.readAnswer(3);
      awaitTheRealGoAway(client);
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void theRestOfAHeadersFrameIsAwaitedAndAnswered() throws Exception {
    answersTheRestOfAFrame(12);
  }

  @Test
  void theRestOfAFrameThatHasOnlyBegunIsAwaitedAndAnswered() throws Exception {
    answersTheRestOfAFrame(2);
  }

  private void cutsHalfAFrame(JsonObject config) throws Exception {
    App app = start(config);
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/hello");
      client.readAnswer(1);
      client.write(FRAME);
      await(stop(app));
      expectCut("HTTP/2 frame");
    }
  }

  @Test
  void theRestOfAHeadersFrameThatDoesNotComeInTimeIsNamed() throws Exception {
    cutsHalfAFrame(http("linger", "50ms", "limits", new JsonObject().put("headTimeout", "2s")));
  }

  @Test
  void theRestOfAHeadersFrameThatDoesNotComeUntilTheDrainDeadlineIsCutAndNamed() throws Exception {
    cutsHalfAFrame(http("linger", "50ms", "drainTimeout", "1s"));
  }
}
