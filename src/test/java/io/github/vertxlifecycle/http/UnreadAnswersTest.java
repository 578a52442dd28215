package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Answers that have been handed to the socket and not been read: more than the client has room for,
 * less than both systems have together.
 */
@Tag("integration")
final class UnreadAnswersTest extends ServerTest {

  private static final int BYTES = 1_500_000;

  private final Promise<Void> handedOver = Promise.promise();

  @TempDir Path directory;

  @Override
  void more(Server server, Router router) {
    router
        .get("/big")
        .handler(
            context ->
                context
                    .response()
                    .end(Buffer.buffer(new byte[BYTES]))
                    .onSuccess(end -> handedOver.complete()));
    router
        .get("/late")
        .handler(
            context -> {
              Promise<Void> release = Promise.promise();
              release
                  .future()
                  .compose(go -> context.response().end(Buffer.buffer(new byte[BYTES])))
                  .onSuccess(end -> handedOver.complete());
              held.add(release);
            });
  }

  private static JsonObject hurry(JsonObject config) {
    config.getJsonObject("http").put("drainTimeout", "700ms").put("linger", "50ms");
    return config;
  }

  private Http2Wire wire(boolean tls) throws IOException {
    return new Http2Wire(port, tls).openWindows();
  }

  private void expectCut(String path) {
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut())
        .singleElement()
        .satisfies(cut -> assertThat(cut.what()).startsWith("GET " + path).contains("127.0.0.1:"));
  }

  private void cutsWhatNobodyReads(boolean tls, JsonObject config) throws Exception {
    App app = start(hurry(config));
    try (HttpClientConnection client = new HttpClientConnection(port, tls)) {
      client.send(HttpClientConnection.get("/late"));
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      await(handedOver.future());
      await(stop);
      expectCut("/late");
    }
  }

  @Test
  void anAnswerDuringTheStopThatNobodyReadsIsCutAndNamed() throws Exception {
    cutsWhatNobodyReads(false, http());
  }

  @Test
  void anAnswerDuringTheStopThatNobodyReadsIsCutAndNamedOverTls() throws Exception {
    cutsWhatNobodyReads(true, Certificates.tls(directory));
  }

  @Test
  void anAnswerBeforeTheStopThatNobodyReadsIsCutAndNamed() throws Exception {
    App app = start(hurry(http()));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/big"));
      await(handedOver.future());
      await(app.stop(STOP));
      expectCut("/big");
    }
  }

  @Test
  void anAnswerThatEndedItsConnectionBeforeTheStopIsCutAndNamed() throws Exception {
    App app = start(hurry(http()));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("GET /big HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
      await(handedOver.future());
      await(app.stop(STOP));
      expectCut("/big");
    }
  }

  private void cutsTheStreamThatNobodyReads(boolean tls, JsonObject config) throws Exception {
    App app = start(hurry(config));
    try (Http2Wire client = wire(tls)) {
      client.get(1, "/late");
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      await(handedOver.future());
      await(stop);
      expectCut("/late");
    }
  }

  @Test
  void aStreamThatNobodyReadsIsCutAndNamed() throws Exception {
    cutsTheStreamThatNobodyReads(false, http());
  }

  @Test
  void aStreamThatNobodyReadsIsCutAndNamedOverTls() throws Exception {
    cutsTheStreamThatNobodyReads(true, Certificates.tls(directory));
  }

  @Test
  void aStreamAnsweredBeforeTheStopThatNobodyReadsIsCutAndNamed() throws Exception {
    App app = start(hurry(http()));
    try (Http2Wire client = wire(false)) {
      client.get(1, "/big");
      await(handedOver.future());
      await(app.stop(STOP));
      expectCut("/big");
    }
  }

  @Test
  void aStreamOfAnUpgradedRequestThatNobodyReadsIsCutAndNamed() throws Exception {
    App app = start(hurry(http()));
    try (Http2Wire client = Http2Wire.upgraded(port, "/late").openWindows()) {
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      await(stop);
      client.leave();
      expectCut("/late");
    }
  }

  @Test
  void aSlowReaderHasItsAnswerWhole() throws Exception {
    App app = start(http("linger", "10ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/late"));
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      await(handedOver.future());
      assertThat(client.read().body()).hasSize(BYTES);
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  /** Its window updates used to meet a closed socket, which resets the connection. */
  @Test
  void aSlowReaderOfAStreamThatAnswersNoPingHasItsAnswerWhole() throws Exception {
    App app = start(http("linger", "10ms"));
    try (Http2Wire client = wire(false)) {
      client.get(1, "/late");
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      await(handedOver.future());
      int bytes = 0;
      Http2Wire.Frame frame;
      do {
        frame = client.next(Http2Wire.DATA);
        bytes += frame.payload().capacity();
        client.consumed(frame);
      } while (!frame.has(Http2Wire.END_STREAM));
      assertThat(bytes).isEqualTo(BYTES);
      assertThat(stop.isComplete()).isFalse();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aReaderThatAnswersThePingNeedNotLeave() throws Exception {
    App app = start(http("linger", "10ms"));
    try (Http2Wire client = wire(false)) {
      client.get(1, "/late");
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      Http2Wire.Frame frame;
      do {
        frame = client.next(Http2Wire.DATA, Http2Wire.PING);
        if (frame != null && frame.type() == Http2Wire.PING) {
          client.acknowledge(frame);
        }
      } while (frame != null);
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aReaderWhoseSystemHasAllNeedNotLeave() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/held/x"));
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      assertThat(client.read().saysClose()).isTrue();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
