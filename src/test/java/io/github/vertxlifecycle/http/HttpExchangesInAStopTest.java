package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What HTTP has besides a request and its answer: each is whole when a stop comes upon it. */
@Tag("integration")
final class HttpExchangesInAStopTest extends ServerTest {

  private static final int FILE_BYTES = 8_000_000;
  private static final int MESSAGES = 3000;
  private static final int UPLOAD_BYTES = 4_000_000;
  private static final String REFUSAL = "no, and here is why. ".repeat(10_000);
  private static final String TEXT =
      String.join("\n", IntStream.range(0, 50_000).mapToObj(i -> "line " + i).toList());

  @TempDir Path directory;

  private boolean compressed;

  @Override
  HttpServerOptions more(HttpServerOptions options) {
    return options.setCompressionSupported(compressed).setHandle100ContinueAutomatically(false);
  }

  @Override
  void more(Server server, Router router) {
    router
        .get("/chat")
        .handler(context -> server.webSocket(context, HttpExchangesInAStopTest::sayMuch));
    router
        .get("/events")
        .handler(context -> server.events(context).lastWords(new ServerEvent("1", "bye", "you")));
    router.get("/text").handler(context -> whenReleased(context, () -> context.end(TEXT)));
    router
        .head("/text")
        .handler(
            context -> {
              context.response().putHeader("content-length", "" + TEXT.length());
              whenReleased(context, context::end);
            });
    router.get("/file").handler(context -> context.response().sendFile(file().toString()));
    router
        .get("/late-file")
        .handler(
            context -> whenReleased(context, () -> context.response().sendFile(file().toString())));
    router
        .get("/trailers")
        .handler(
            context -> {
              HttpServerResponse response = context.response().setChunked(true);
              response.write("begun");
              whenReleased(context, () -> response.putTrailer("x-sum", "5").end());
            });
    router
        .post("/continue")
        .handler(
            context -> {
              Future<Buffer> body = context.request().body();
              whenReleased(context, context.response()::writeContinue);
              body.onSuccess(context::end);
            });
    router
        .post("/refused")
        .handler(
            context -> {
              context.request().pause();
              whenReleased(context, () -> context.response().setStatusCode(403).end(REFUSAL));
            });
  }

  private void whenReleased(RoutingContext context, Runnable then) {
    Promise<Void> release = Promise.promise();
    Context here = context.vertx().getOrCreateContext();
    release.future().onComplete(go -> here.runOnContext(v -> then.run()));
    held.add(release);
  }

  private static Future<Void> sayMuch(ServerWebSocket socket) {
    Future<Void> said = Future.succeededFuture();
    for (int number = 0; number < MESSAGES; number++) {
      said = socket.writeTextMessage(number + "x".repeat(1000));
    }
    return said;
  }

  private Path file() {
    return directory.resolve("file");
  }

  private byte[] writeFile() throws IOException {
    byte[] bytes = new byte[FILE_BYTES];
    new Random(1).nextBytes(bytes);
    Files.write(file(), bytes);
    return bytes;
  }

  private void expectClean(Future<Void> stop) {
    await(stop);
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  private static byte[] unzip(byte[] zipped) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      return in.readAllBytes();
    }
  }

  /** Reads a body of chunks to its last byte, trailers included. */
  private static String rest(HttpClientConnection client) throws IOException {
    return new String(client.in().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  // ── streams ────────────────────────────────────────────────────────────────────────────────────

  private static final class Counting implements WebSocket.Listener {
    final List<String> numbers = new ArrayList<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      message.append(text);
      if (last) {
        numbers.add(message.substring(0, message.indexOf("x")));
        message.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable problem) {
      closed.completeExceptionally(problem);
    }
  }

  @Test
  void aWebSocketHasItsLongTailInOrderAndThen1001() throws Exception {
    App app = start(http("linger", "50ms"));
    Counting heard = new Counting();
    HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(URI.create("ws://127.0.0.1:" + port + "/chat"), heard)
        .join();
    Future<Void> stop = stop(app);
    assertThat(heard.closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1001);
    assertThat(heard.numbers)
        .containsExactlyElementsOf(
            IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList());
    expectClean(stop);
  }

  @Test
  void eventsOverHttp2EndWithTheLastWords() throws Exception {
    App app = start(http("linger", "50ms"));
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/events");
      assertThat(client.next(Http2Wire.HEADERS).saysOk()).isTrue();
      Future<Void> stop = stop(app);
      assertThat(new String(client.readBody(1), StandardCharsets.UTF_8))
          .isEqualTo("id: 1\nevent: bye\ndata: you\n\n");
      expectClean(stop);
    }
  }

  // ── heads, trailers, 100 ───────────────────────────────────────────────────────────────────────

  @Test
  void theAnswerToHeadHasItsLengthAndNoBody() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("HEAD /text HTTP/1.1\r\nHost: t\r\n\r\n");
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      HttpClientConnection.Answer head = client.readHead();
      assertThat(head.headers()).containsEntry("content-length", "" + TEXT.length());
      assertThat(head.saysClose()).isTrue();
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void aClientThatIsToldToContinueDuringTheStopIsAnswered() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("POST /continue HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n");
      client.send("Expect: 100-continue\r\n\r\n");
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      assertThat(client.readHead().status()).isEqualTo(100);
      client.send("0123456789");
      assertThat(client.read()).matches(a -> a.body().equals("0123456789") && a.saysClose());
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void trailersFollowTheLastChunk() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("GET /trailers HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
      Promise<Void> release = nextHeld();
      client.readHead();
      Future<Void> stop = stop(app);
      release.complete();
      assertThat(rest(client)).isEqualTo("5\r\nbegun\r\n0\r\nx-sum: 5\r\n\r\n");
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void trailersEndAnHttp2Stream() throws Exception {
    App app = start(http("linger", "50ms"));
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/trailers");
      Promise<Void> release = nextHeld();
      assertThat(client.next(Http2Wire.HEADERS).saysOk()).isTrue();
      Future<Void> stop = stop(app);
      release.complete();
      Http2Wire.Frame trailers = client.next(Http2Wire.HEADERS, Http2Wire.RST_STREAM);
      assertThat(trailers.says("x-sum")).isTrue();
      assertThat(trailers.has(Http2Wire.END_STREAM)).isTrue();
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void aBodyWithTrailersIsReceivedToItsEnd() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(
          "POST /continue HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n012");
      nextHeld();
      Future<Void> stop = stop(app);
      client.send("34\r\n0\r\nX-Sum: 5\r\n\r\n");
      assertThat(client.read()).matches(a -> a.body().equals("01234") && a.saysClose());
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void anHttp2BodyWithTrailersIsReceivedToItsEnd() throws Exception {
    App app = start(http("linger", "50ms"));
    try (Http2Wire client = new Http2Wire(port)) {
      client.post(1, "/continue");
      client.send(Http2Wire.DATA, 0, 1, new byte[7]);
      nextHeld();
      Future<Void> stop = stop(app);
      client.send(
          Http2Wire.HEADERS,
          Http2Wire.END_HEADERS | Http2Wire.END_STREAM,
          1,
          Http2Wire.fields("x-sum", "7"));
      assertThat(client.readBody(1)).hasSize(7);
      client.leave();
      expectClean(stop);
    }
  }

  // ── answers before the end of the request ──────────────────────────────────────────────────────

  /** The client goes on sending while it is answered, as curl does. */
  private void refusesEarly(boolean tls, JsonObject config) throws Exception {
    config.getJsonObject("http").put("linger", "200ms");
    App app = start(config);
    try (HttpClientConnection client = new HttpClientConnection(port, tls)) {
      client.send("POST /refused HTTP/1.1\r\nHost: t\r\nContent-Length: " + UPLOAD_BYTES);
      client.send("\r\n\r\n" + "x".repeat(1000));
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      HttpClientConnection.Answer head = client.readHead();
      for (int sent = 1000; sent < UPLOAD_BYTES; sent += 1000) {
        client.send("x".repeat(1000));
      }
      assertThat(head.status()).isEqualTo(403);
      assertThat(head.saysClose()).isTrue();
      assertThat(client.in().readNBytes(REFUSAL.length())).asString().isEqualTo(REFUSAL);
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void anUploadThatIsRefusedEarlyHasItsAnswerWhole() throws Exception {
    refusesEarly(false, http());
  }

  @Test
  void anUploadThatIsRefusedEarlyHasItsAnswerWholeOverTls() throws Exception {
    refusesEarly(true, Certificates.tls(directory));
  }

  @Test
  void anHttp2UploadThatIsRefusedEarlyHasItsAnswerWhole() throws Exception {
    App app = start(http("linger", "50ms"));
    try (Http2Wire client = new Http2Wire(port).openWindows()) {
      client.post(1, "/refused");
      client.send(Http2Wire.DATA, 0, 1, new byte[1000]);
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      client.send(Http2Wire.DATA, 0, 1, new byte[1000]);
      assertThat(client.readBody(1)).asString().isEqualTo(REFUSAL);
      client.leave();
      expectClean(stop);
    }
  }

  // ── bodies that somebody else makes ────────────────────────────────────────────────────────────

  @Test
  void aCompressedAnswerIsWhole() throws Exception {
    compressed = true;
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("GET /text HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip\r\n\r\n");
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      HttpClientConnection.Answer head = client.readHead();
      assertThat(head.headers()).containsEntry("content-encoding", "gzip");
      assertThat(head.saysClose()).isTrue();
      int length = Integer.parseInt(head.headers().get("content-length"));
      assertThat(unzip(client.in().readNBytes(length))).asString().isEqualTo(TEXT);
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void aCompressedHttp2AnswerIsWhole() throws Exception {
    compressed = true;
    App app = start(http("linger", "50ms"));
    try (Http2Wire client = new Http2Wire(port).openWindows()) {
      client.get(1, "/text", "accept-encoding", "gzip");
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      assertThat(unzip(client.readBody(1))).asString().isEqualTo(TEXT);
      client.leave();
      expectClean(stop);
    }
  }

  private void sendsAFileThatHadBegun(boolean tls, JsonObject config) throws Exception {
    byte[] bytes = writeFile();
    config.getJsonObject("http").put("linger", "50ms");
    App app = start(config);
    try (HttpClientConnection client = new HttpClientConnection(port, tls)) {
      client.send(HttpClientConnection.get("/file"));
      assertThat(client.readHead().headers()).containsEntry("content-length", "" + FILE_BYTES);
      Future<Void> stop = stop(app);
      assertThat(client.in().readNBytes(FILE_BYTES)).isEqualTo(bytes);
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void aFileThatHadBegunIsWhole() throws Exception {
    sendsAFileThatHadBegun(false, http());
  }

  @Test
  void aFileThatHadBegunIsWholeOverTls() throws Exception {
    sendsAFileThatHadBegun(true, Certificates.tls(directory));
  }

  private void sendsAFileThatBegins(boolean tls, JsonObject config) throws Exception {
    byte[] bytes = writeFile();
    config.getJsonObject("http").put("linger", "50ms");
    App app = start(config);
    try (HttpClientConnection client = new HttpClientConnection(port, tls)) {
      client.send(HttpClientConnection.get("/late-file"));
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      assertThat(client.readHead().saysClose()).isTrue();
      assertThat(client.in().readAllBytes()).isEqualTo(bytes);
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void aFileThatBeginsDuringTheStopIsWhole() throws Exception {
    sendsAFileThatBegins(false, http());
  }

  @Test
  void aFileThatBeginsDuringTheStopIsWholeOverTls() throws Exception {
    sendsAFileThatBegins(true, Certificates.tls(directory));
  }

  private void sendsAFileOnAStream(boolean tls, JsonObject config) throws Exception {
    byte[] bytes = writeFile();
    config.getJsonObject("http").put("linger", "50ms");
    App app = start(config);
    try (Http2Wire client = new Http2Wire(port, tls).openWindows()) {
      client.get(1, "/file");
      assertThat(client.next(Http2Wire.HEADERS).saysOk()).isTrue();
      Future<Void> stop = stop(app);
      assertThat(client.readBody(1)).isEqualTo(bytes);
      client.leave();
      expectClean(stop);
    }
  }

  @Test
  void aFileOnAnHttp2StreamIsWhole() throws Exception {
    sendsAFileOnAStream(false, http());
  }

  @Test
  void aFileOnAnHttp2StreamIsWholeOverTls() throws Exception {
    sendsAFileOnAStream(true, Certificates.tls(directory));
  }
}
