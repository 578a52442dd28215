package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A SockJS bridge over transports other than the WebSocket, and a stop. */
@Tag("integration")
final class SockJsTest extends ServerTest {

  private static final Pattern ID = Pattern.compile("id-\\d+-");
  private static final String SESSION = "/bridge/000/session";
  private static final int AT_ONCE = 8;

  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final Set<String> replied = ConcurrentHashMap.newKeySet();
  private final Semaphore mayAsk = new Semaphore(AT_ONCE);
  private final CompletableFuture<String> farewell = new CompletableFuture<>();
  private final CompletableFuture<Void> someReplied = new CompletableFuture<>();
  private final CompletableFuture<Void> heldAsked = new CompletableFuture<>();

  @Override
  void more(Server server, Router router) {
    vertx
        .eventBus()
        .consumer("slow", asked -> vertx.setTimer(300, id -> asked.reply(asked.body())));
    vertx.eventBus().consumer("never", asked -> heldAsked.complete(null));
    SockJSBridgeOptions open =
        new SockJSBridgeOptions()
            .addInboundPermitted(new PermittedOptions().setAddress("slow"))
            .addInboundPermitted(new PermittedOptions().setAddress("never"));
    router.route("/bridge*").handler(BodyHandler.create());
    router.route("/bridge*").subRouter(SockJSHandler.create(vertx).bridge(open));
  }

  private static String message(String address, String id) {
    return new JsonArray()
        .add(
            new JsonObject()
                .put("type", "send")
                .put("address", address)
                .put("replyAddress", id)
                .put("body", "question")
                .encode())
        .encode();
  }

  /** The status of the answer; 0 if nobody listens. */
  private int send(String address, String id) throws IOException {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.post(SESSION + "/xhr_send", message(address, id)));
      int status = client.readHead().status();
      if (status == 204) {
        accepted.add(id);
      }
      return status;
    } catch (ConnectException refused) {
      return 0;
    }
  }

  private void hear(String frames) {
    Matcher ids = ID.matcher(frames);
    while (ids.find()) {
      if (replied.add(ids.group())) {
        mayAsk.release();
      }
    }
    if (replied.size() > AT_ONCE) {
      someReplied.complete(null);
    }
    if (frames.contains("c[")) {
      farewell.complete(frames);
    }
  }

  private String poll(String request) throws IOException {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(request);
      client.readHead();
      return client.readChunks();
    }
  }

  private static String post(String path) {
    return HttpClientConnection.post(SESSION + path, "");
  }

  private static Thread thread(Task task) {
    Thread thread = new Thread(task::runLogged);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private interface Task {
    void run() throws Exception;

    default void runLogged() {
      try {
        run();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void sendAllTheTime() throws Exception {
    int status = 204;
    for (int i = 0; status == 204; i++) {
      if (!mayAsk.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        problems.add("no reply");
        return;
      }
      try {
        status = send("slow", "id-" + i + "-");
      } catch (IOException e) {
        problems.add("a message without an answer: " + e);
        return;
      }
    }
  }

  private void poll(String path, boolean post) throws IOException {
    while (!farewell.isDone()) {
      try {
        hear(poll(post ? post(path) : HttpClientConnection.get(SESSION + path)));
      } catch (ConnectException refused) {
        return;
      }
    }
  }

  private void stream(HttpClientConnection client) throws IOException {
    String chunk;
    do {
      chunk = client.readChunk();
      hear(chunk);
    } while (!chunk.isEmpty());
  }

  private void repliesToAll(App app, Thread receiver) throws Exception {
    Thread sender = thread(this::sendAllTheTime);
    someReplied.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    await(app.stop(STOP));
    mayAsk.release(AT_ONCE);
    sender.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    receiver.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    assertThat(problems).isEmpty();
    assertThat(replied).containsAll(accepted);
    assertThat(farewell).isDone();
    assertThat(stopped().cut()).isEmpty();
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  private void repliesToAllOverPolls(String path, boolean post, JsonObject config)
      throws Exception {
    App app = start(config);
    hear(poll(post ? post(path) : HttpClientConnection.get(SESSION + path)));
    repliesToAll(app, thread(() -> poll(path, post)));
  }

  private void repliesToAllOverAStream(String request) throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(request);
      client.readHead();
      client.readChunk();
      repliesToAll(app, thread(() -> stream(client)));
    }
  }

  @Test
  void repliesToAllThatWasAcceptedOverXhrPolling() throws Exception {
    repliesToAllOverPolls("/xhr", true, http());
  }

  @Test
  void repliesToAllThatWasAcceptedOverJsonpPolling() throws Exception {
    repliesToAllOverPolls("/jsonp?c=f", false, http());
  }

  @Test
  void repliesToAllThatWasAcceptedOverXhrStreaming() throws Exception {
    repliesToAllOverAStream(post("/xhr_streaming"));
  }

  @Test
  void repliesToAllThatWasAcceptedOverAnEventSource() throws Exception {
    repliesToAllOverAStream(HttpClientConnection.get(SESSION + "/eventsource"));
  }

  @Test
  void repliesToAllThatWasAcceptedOverAnHtmlFile() throws Exception {
    repliesToAllOverAStream(HttpClientConnection.get(SESSION + "/htmlfile?c=f"));
  }

  private App open() throws IOException {
    App app = start(http("linger", "1s", "drainTimeout", "4s"));
    assertThat(poll(post("/xhr"))).isEqualTo("o\n");
    return app;
  }

  @Test
  void aClientBetweenTwoPollsIsWaitedFor() throws Exception {
    App app = open();
    assertThat(send("slow", "id-1-")).isEqualTo(204);
    Future<Void> stop = stop(app);
    assertThat(poll(post("/xhr"))).contains("id-1-");
    await(stop);
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aReplyThatNobodyFetchesIsLostAndNamed() throws Exception {
    App app = open();
    assertThat(send("slow", "id-1-")).isEqualTo(204);
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut())
        .singleElement()
        .satisfies(cut -> assertThat(cut.what()).contains("SockJS").contains("fetched"));
  }

  @Test
  void aReplyThatDoesNotComeIsCutAndNamed() throws Exception {
    App app = open();
    assertThat(send("never", "id-1-")).isEqualTo(204);
    heldAsked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut())
        .singleElement()
        .satisfies(cut -> assertThat(cut.what()).contains("SockJS").contains("never"));
  }

  @Test
  void aSessionThatOwesNothingEndsAtOnce() throws Exception {
    App app = open();
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aPollThatAwaitsNothingIsToldThatItsSessionEnds() throws Exception {
    App app = open();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(post("/xhr"));
      try (HttpClientConnection other = new HttpClientConnection(port)) {
        other.request("/hello"); // so the poll has come, too
      }
      Future<Void> stop = stop(app);
      client.readHead();
      assertThat(client.readChunks()).startsWith("c[3000");
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
