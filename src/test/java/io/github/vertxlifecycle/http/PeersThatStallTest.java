package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that read nothing, or never end what they have begun to say. */
@Tag("integration")
final class PeersThatStallTest extends ServerTest {

  private static final int MUCH = 32 << 20;

  private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();

  @Override
  void more(Server server, Router router) {
    router.get("/much").handler(this::much);
    router.get("/plain").handler(context -> context.request().toWebSocket());
  }

  private void much(RoutingContext context) {
    context
        .end(Buffer.buffer(new byte[MUCH]))
        .onComplete(end -> ended.add(end.succeeded() ? "sent" : "cut"));
  }

  private App limit(String name, String value) throws Exception {
    return start(http("limits", new JsonObject().put(name, value)));
  }

  @Test
  void endsAConnectionWhoseClientReadsNothing() throws Exception {
    limit("writeTimeout", "400ms");
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/much"));
      assertThat(ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("cut");
    }
  }

  @Test
  void doesNotEndOneWhoseClientReadsSlowly() throws Exception {
    limit("writeTimeout", "2s");
    try (HttpClientConnection client = new HttpClientConnection(port);
        HttpClientConnection other = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/much"));
      client.readHead();
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
      int read = 0;
      while (System.nanoTime() < until) {
        read += client.in().readNBytes(100_000).length;
        for (int i = 0; i < 10; i++) { // a slow reader: another has ten answers in the time
          other.request("/later");
        }
      }
      read += client.in().readNBytes(MUCH - read).length;
      assertThat(read).isEqualTo(MUCH);
    }
  }

  @Test
  void resetsAnHttp2StreamWhoseClientOpensNoWindow() throws Exception {
    limit("writeTimeout", "400ms");
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/much");
      assertThat(client.next(Http2Wire.RST_STREAM).stream()).isEqualTo(1);
      client.get(3, "/hello");
      assertThat(client.next(Http2Wire.HEADERS).saysOk()).isTrue();
    }
  }

  @Test
  void endsAnHttp2ConnectionWithHalfAHeadersFrame() throws Exception {
    limit("headTimeout", "1s");
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/hello");
      client.readAnswer(1);
      client.write(new byte[] {0, 0, 40, 1, 5, 0, 0, 0, 3, (byte) 0x82});
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void endsAnHttp2ConnectionWhoseHeadIsNeverContinued() throws Exception {
    limit("headTimeout", "300ms");
    try (Http2Wire client = new Http2Wire(port)) {
      client.send(1, 0, 1, new byte[] {(byte) 0x82});
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void endsAnHttp2ConnectionThatSaysAFrameByteByByte() throws Exception {
    limit("headTimeout", "1s");
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/held/x"); // a stream is open all the time
      nextHeld();
      byte[] ping = new byte[17];
      ping[2] = 8;
      ping[4] = 0;
      ping[3] = 6;
      boolean gone = false;
      for (int i = 0; i < 16 && !gone; i++) {
        client.write(new byte[] {ping[i]});
        gone = client.endsWithin(200);
      }
      assertThat(gone).isTrue();
    }
  }

  @Test
  void doesNotTimeWholeFramesOnOneConnection() throws Exception {
    limit("headTimeout", "300ms");
    try (Http2Wire client = new Http2Wire(port)) {
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      for (int stream = 1; System.nanoTime() < until; stream += 2) {
        client.get(stream, "/later");
        client.readAnswer(stream);
      }
    }
  }

  @Test
  void endsTheHalfFrameOfAnUpgradedConnection() throws Exception {
    limit("headTimeout", "1s");
    try (Http2Wire client = Http2Wire.upgraded(port, "/hello")) {
      client.readAnswer(1);
      client.write(new byte[] {0, 0, 40, 1, 5, 0, 0, 0, 3, (byte) 0x82});
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void doesNotWaitForeverForAWebSocketThatDoesNotAnswer1001() throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(
          """
          GET /plain HTTP/1.1
          Host: t
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

          """
              .replace("\n", "\r\n"));
      assertThat(client.readHead().status()).isEqualTo(101);
      Future<Void> stop = stop(app);
      byte[] head = client.in().readNBytes(4);
      assertThat(head).startsWith(0x88).endsWith(3, 0xe9);
      client.in().readNBytes(head[1] - 2); // the reason, in words
      assertThat(client.isAtEnd()).isTrue(); // while the drain deadline is twice as far away
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
