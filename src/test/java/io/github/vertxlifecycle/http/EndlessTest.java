package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Those who would stay for ever: WebSockets, server-sent events, and streams of all kinds. */
@Tag("integration")
final class EndlessTest extends ServerTest {

  private final LinkedBlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

  @Override
  void more(Server server, Router router) {
    router
        .get("/chat/:room")
        .handler(
            context ->
                server
                    .webSocket(context, socket -> socket.writeTextMessage("bye"))
                    .onSuccess(EndlessTest::echo));
    router
        .get("/plain")
        .handler(context -> context.request().toWebSocket().onSuccess(EndlessTest::echo));
    router
        .get("/events")
        .handler(
            context ->
                streams.add(
                    server
                        .events(context)
                        .retry(Duration.ofSeconds(2))
                        .heartbeat(Duration.ofMillis(20))
                        .lastWords(new ServerEvent("9", "bye", "see\nyou"))));
    router
        .get("/stream")
        .handler(
            context -> {
              context.response().setChunked(true).write("on and on");
              server.onGoingAway(context, () -> context.end(" and over"));
              held.add(Promise.promise());
            });
  }

  private static void echo(ServerWebSocket socket) {
    socket.textMessageHandler(text -> socket.writeTextMessage("echo " + text));
  }

  private WebSocket connect(String path) {
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(URI.create("ws://127.0.0.1:" + port + path), new Listening())
        .join();
  }

  private final class Listening implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      heard.add(text.toString());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closeCode.complete(code);
      return null; // and the client answers with the same code
    }
  }

  private String heard() throws InterruptedException {
    return heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void takesLeaveOfAWebSocketWithALastMessageAnd1001() throws Exception {
    App app = start(http("linger", "50ms"));
    WebSocket client = connect("/chat/1");
    client.sendText("hello", true).join();
    assertThat(heard()).isEqualTo("echo hello");
    await(app.stop(STOP));
    assertThat(heard()).isEqualTo("bye");
    assertThat(closeCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1001);
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void tells1001ToAWebSocketThatTheApplicationMadeItself() throws Exception {
    App app = start(http("linger", "50ms"));
    connect("/plain").sendText("hello", true).join();
    assertThat(heard()).isEqualTo("echo hello");
    await(app.stop(STOP));
    assertThat(closeCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1001);
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void cutsAWebSocketThatDoesNotAnswerTheCloseAndNamesIt() throws Exception {
    App app = start(http("drainTimeout", "200ms", "linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(
          """
          GET /chat/7 HTTP/1.1
          Host: t
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

          """
              .replace("\n", "\r\n"));
      assertThat(client.readHead().status()).isEqualTo(101);
      await(app.stop(STOP));
      assertThat(client.in().readNBytes(9)).startsWith(0x81, 3, 'b', 'y', 'e').contains(0x88);
    }
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut().get(0).what()).startsWith("GET /chat/:room from 127.0.0.1:");
  }

  @Test
  void endsAStreamOfEventsWithItsLastWords() throws Exception {
    App app = start(http("linger", "1m"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("GET /events HTTP/1.1\r\nHost: t\r\nLast-Event-ID: 7\r\n\r\n");
      HttpClientConnection.Answer head = client.readHead();
      assertThat(head.headers()).containsEntry("content-type", "text/event-stream");
      EventStream stream = streams.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(stream.lastEventId()).isEqualTo("7");
      vertx.runOnContext(v -> stream.send(new ServerEvent("8", "news", "good")));
      StringBuilder body = new StringBuilder();
      while (body.indexOf("good") < 0 || body.indexOf(":\n\n") < 0) {
        body.append(client.readChunk());
      }
      Future<Void> stop = stop(app);
      body.append(client.readChunks());
      assertThat(body.toString().replace(":\n\n", ""))
          .isEqualTo(
              """
              retry: 2000

              id: 8
              event: news
              data: good

              id: 9
              event: bye
              data: see
              data: you

              """);
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void letsTheApplicationEndItsOwnStream() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/stream"));
      client.readHead();
      nextHeld();
      Future<Void> stop = stop(app);
      assertThat(client.readChunks()).isEqualTo("on and on and over");
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
