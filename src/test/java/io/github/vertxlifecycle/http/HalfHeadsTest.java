package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop comes when half of a request's head has come, or of what comes before one. */
@Tag("integration")
final class HalfHeadsTest extends ServerTest {

  @TempDir Path directory;

  /** The server has read what was sent before, if it answers somebody who came later. */
  private void settle(boolean tls) throws Exception {
    for (int i = 0; i < 3; i++) {
      try (HttpClientConnection other = new HttpClientConnection(port, tls)) {
        other.request("/hello");
      }
    }
  }

  private static JsonObject limits(String headTimeout) {
    return new JsonObject().put("headTimeout", headTimeout);
  }

  private void answersTheRestOf(String first, String rest, boolean tls, JsonObject config)
      throws Exception {
    config.getJsonObject("http").put("linger", "20ms");
    App app = start(config);
    try (HttpClientConnection client = new HttpClientConnection(port, tls)) {
      client.send(first);
      settle(tls);
      Future<Void> stop = stop(app);
      awaitSocketClosed();
      client.send(rest);
      HttpClientConnection.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.saysClose()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  private void awaitSocketClosed() throws IOException {
    boolean open = true;
    while (open) {
      open = isListening();
    }
  }

  /** One that is let in and hears nothing for a while has not been closed as idle. */
  private boolean isListening() throws IOException {
    try (Socket other = new Socket(InetAddress.getLoopbackAddress(), port)) {
      other.setSoTimeout(20);
      return other.getInputStream().read() >= 0;
    } catch (SocketTimeoutException silent) {
      return true;
    } catch (ConnectException refused) {
      return false;
    }
  }

  @Test
  void theRestIsAwaitedAndAnswered() throws Exception {
    answersTheRestOf("GET /hello HTTP/1.1\r\nHo", "st: t\r\n\r\n", false, http());
  }

  @Test
  void theRestIsAwaitedAndAnsweredOverTls() throws Exception {
    answersTheRestOf(
        "GET /hello HTTP/1.1\r\nHo", "st: t\r\n\r\n", true, Certificates.tls(directory));
  }

  /** One letter tells nothing of the protocol, so that Vert.x has not looked at it yet. */
  @Test
  void theRestIsAwaitedAfterOneLetter() throws Exception {
    answersTheRestOf(
        "P", "OST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n", false, http());
  }

  @Test
  void theRestIsAwaitedOnAConnectionThatHasBeenAnsweredBefore() throws Exception {
    App app = start(http("linger", "20ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.request("/hello");
      client.send("GET /he");
      settle(false);
      Future<Void> stop = stop(app);
      awaitSocketClosed();
      client.send("llo HTTP/1.1\r\nHost: t\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aRestThatDoesNotComeIsAnswered408() throws Exception {
    App app = start(http("linger", "20ms", "limits", limits("600ms")));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("GET /hello HTTP/1.1\r\nHo");
      settle(false);
      Future<Void> stop = stop(app);
      HttpClientConnection.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aRestThatDoesNotComeUntilTheDrainDeadlineIsCutAndNamed() throws Exception {
    App app = start(http("linger", "20ms", "drainTimeout", "300ms", "limits", limits("1m")));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("GET /hello HTTP/1.1\r\nHo");
      settle(false);
      await(app.stop(STOP));
    }
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut().get(0).what()).contains("head").contains("127.0.0.1:");
  }

  @Test
  void halfAPrefaceOfHttp2IsAwaited() throws Exception {
    App app = start(http("linger", "20ms", "drainTimeout", "300ms"));
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = client.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII));
      settle(false);
      await(app.stop(STOP));
    }
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut().get(0).what()).contains("127.0.0.1:");
  }

  @Test
  void aClientThatHasSaidNothingIsNotWaitedForLongerThanTheLinger() throws Exception {
    App app = start(http("linger", "20ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      settle(false);
      await(app.stop(STOP));
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
