package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Replies of the event bus to whoever asked over a WebSocket, and then 1001. */
@Tag("integration")
final class BridgeTest extends ServerTest {

  private final LinkedBlockingQueue<Message<Object>> asked = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

  @Override
  void more(Server server, Router router) {
    vertx.eventBus().consumer("slow", asked::add);
    SockJSBridgeOptions open =
        new SockJSBridgeOptions().addInboundPermitted(new PermittedOptions().setAddress("slow"));
    router.route("/bridge*").subRouter(SockJSHandler.create(vertx).bridge(open));
    router
        .get("/plain")
        .handler(context -> context.request().toWebSocket().onSuccess(this::asksSlowly));
    router
        .get("/own")
        .handler(
            context ->
                server
                    .webSocket(context, socket -> socket.writeTextMessage("bye"))
                    .onSuccess(this::asksSlowly));
  }

  private void asksSlowly(ServerWebSocket socket) {
    socket.textMessageHandler(
        text ->
            vertx
                .eventBus()
                .<String>request("slow", text)
                .onSuccess(reply -> socket.writeTextMessage(reply.body())));
  }

  private final class Listening implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      heard.add(text.toString());
      socket.request(1);
      return null;
    }

    /** The raw transport answers in binary. */
    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      heard.add(StandardCharsets.UTF_8.decode(data).toString());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closeCode.complete(code);
      return null;
    }
  }

  private WebSocket connect(String path) {
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(URI.create("ws://127.0.0.1:" + port + path), new Listening())
        .join();
  }

  private static String request() {
    return new JsonObject()
        .put("type", "send")
        .put("address", "slow")
        .put("replyAddress", "mine")
        .put("body", "question")
        .encode();
  }

  private Message<Object> asked() throws InterruptedException {
    return asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private String heardOf(String what) throws InterruptedException {
    String text;
    do {
      text = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } while (text != null && !text.contains(what));
    return text;
  }

  private void repliesBeforeItGoes(String path, String question) throws Exception {
    App app = start(http("linger", "20ms"));
    WebSocket client = connect(path);
    client.sendText(question, true).join();
    Message<Object> message = asked();
    Future<Void> stop = stop(app);
    pass();
    assertThat(closeCode).isNotDone();
    message.reply("answer");
    assertThat(heardOf("answer")).isNotNull();
    assertThat(closeCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1001);
    await(stop);
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  /** Longer than the linger time, on the clock of Vert.x. */
  private void pass() {
    Promise<Void> passed = Promise.promise();
    vertx.setTimer(300, id -> passed.complete());
    await(passed.future());
  }

  @Test
  void aRawBridgeRepliesBeforeItGoes() throws Exception {
    repliesBeforeItGoes("/bridge/websocket", request());
  }

  @Test
  void aSockJsBridgeRepliesBeforeItGoes() throws Exception {
    repliesBeforeItGoes("/bridge/000/session/websocket", new JsonArray().add(request()).encode());
  }

  @Test
  void aWebSocketOfTheApplicationItselfRepliesBeforeItGoes() throws Exception {
    repliesBeforeItGoes("/plain", "question");
  }

  @Test
  void aWebSocketWithLastMessagesRepliesBeforeItGoes() throws Exception {
    repliesBeforeItGoes("/own", "question");
  }

  private void cutsAReplyThatDoesNotCome(String path, String question) throws Exception {
    App app = start(http("linger", "20ms", "drainTimeout", "300ms"));
    connect(path).sendText(question, true).join();
    asked();
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut().get(0).what()).startsWith("GET /").contains("slow");
  }

  @Test
  void aReplyOverABridgeThatDoesNotComeIsCutAndNamed() throws Exception {
    cutsAReplyThatDoesNotCome("/bridge/websocket", request());
  }

  @Test
  void aReplyToAWebSocketThatDoesNotComeIsCutAndNamed() throws Exception {
    cutsAReplyThatDoesNotCome("/plain", "question");
  }

  @Test
  void aBridgeThatAwaitsNothingGoesAtOnce() throws Exception {
    App app = start(http("linger", "20ms"));
    connect("/bridge/websocket");
    await(app.stop(STOP));
    assertThat(closeCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1001);
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aWebSocketAcceptedDuringTheDrainIsToldToo() throws Exception {
    App app = start(http("linger", "2s"));
    try (HttpClientConnection stays = new HttpClientConnection(port)) {
      stays.send(HttpClientConnection.get("/held/x"));
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      connect("/plain");
      assertThat(closeCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1001);
      release.complete();
      stays.read();
      stays.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aClientThatAsksWithoutEndIsToldOnceTheLingerTimeHasPassed() throws Exception {
    App app = start(http("linger", "100ms"));
    WebSocket client = connect("/plain");
    client.sendText("question", true).join();
    client.sendText("question", true).join();
    Message<Object> first = asked();
    Message<Object> second = asked();
    Future<Void> stop = stop(app);
    while (!closeCode.isDone()) { // one more whenever one has been answered
      first.reply("answer");
      first = second;
      client.sendText("question", true).exceptionally(gone -> client).join();
      second = asked.poll(1000, TimeUnit.MILLISECONDS);
      if (second == null) {
        first.reply("answer");
        break;
      }
    }
    assertThat(closeCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1001);
    await(stop);
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut())
        .singleElement()
        .satisfies(cut -> assertThat(cut.what()).contains("1 of its messages came too late"));
  }

  @Test
  void eachMessageOfABusyClientIsRepliedOrCounted() throws Exception {
    App app = start(http("linger", "300ms"));
    WebSocket client = connect("/bridge/000/session/websocket");
    Thread replier = new Thread(this::reply);
    replier.setDaemon(true);
    replier.start();
    String question = new JsonArray().add(request()).encode();
    int sent = 0;
    Future<Void> stop = null;
    while (!closeCode.isDone()) {
      if (client.sendText(question, true).handle((ok, gone) -> gone == null).join()) {
        sent++;
      }
      if (sent == 50) {
        stop = stop(app);
      }
      TimeUnit.MILLISECONDS.sleep(2); // the pace of a client, not a wait
    }
    await(stop);
    long replied = heard.stream().filter(text -> text.contains("answer")).count();
    int late = 0;
    for (var cut : stopped().cut()) {
      late += Integer.parseInt(cut.what().replaceAll(".*\\((\\d+) of its messages.*", "$1"));
    }
    assertThat(replied + late).isEqualTo(sent);
    assertThat(stopped().outcome()).hasToString(late == 0 ? "CLEAN" : "CUT");
  }

  private void reply() {
    try {
      while (true) {
        Message<Object> one = asked.take();
        vertx.setTimer(300, id -> one.reply("answer"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aPingOfTheBridgeThatComesTooLateIsNoLoss() {
    WebSocketLeave leave = new WebSocketLeave(new EmbeddedChannel(), Duration.ZERO);
    for (String ping : List.of("{\"type\":\"ping\"}", "[\"{\\\"type\\\":\\\"ping\\\"}\"]")) {
      leave.stopListening();
      assertThat(leave.drops(new TextWebSocketFrame(ping))).isTrue();
    }
    assertThat(leave.hasDropped()).isFalse();
    assertThat(leave.drops(new TextWebSocketFrame("{\"type\":\"send\"}"))).isTrue();
    assertThat(leave.hasDropped()).isTrue();
  }
}
