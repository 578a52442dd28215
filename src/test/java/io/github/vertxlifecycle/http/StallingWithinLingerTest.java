package io.github.vertxlifecycle.http;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.junit5.LifecycleExtension;
import io.github.vertxlifecycle.junit5.StopResult;
import io.github.vertxlifecycle.junit5.TalkingApp;
import io.github.vertxlifecycle.rollout.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The drain's deadline comes while connections that are idle are still let live. */
@Tag("integration")
final class StallingWithinLingerTest {

  /** A client that speaks HTTP/2 at once: its preface and SETTINGS, empty. */
  private static final String BEGIN = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0";

  /** HEADERS of 32 bytes on stream 1, of which two come. */
  private static final String HALF_A_HEAD = "\0\0\40\1\5\0\0\0\1" + "ab";

  @RegisterExtension
  final LifecycleExtension lingering =
      LifecycleExtension.of(TalkingApp::new)
          .config("http { drainTimeout = 500ms, linger = 20s }, lifecycle.stopTimeout = 60s");

  private StopResult stop() {
    return lingering.stop();
  }

  /** A connection that has been answered and is kept: the server knows of it. */
  private Socket connect() throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), lingering.port());
    send(client, "GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assertThat(client.getInputStream().read()).isEqualTo('H');
    return client;
  }

  @Test
  void halfAHeadIsCutAndNamedAllTheSame() throws Exception {
    try (Socket client = connect()) {
      send(client, "GET /hello HTTP/1.1\r\nHo");

      assertThat(stop().cut().get("http"))
          .singleElement()
          .asString()
          .contains("head has not come whole", ":" + client.getLocalPort());
    }
  }

  @Test
  void halfAHeadThatComesDuringTheDrainIsCutAndNamed() throws Exception {
    try (Socket client = connect()) {
      lingering.application().beginStop();
      awaitDrain();
      send(client, "GET /hello HTTP/1.1\r\nHo");

      assertThat(stop().cut().get("http"))
          .singleElement()
          .asString()
          .contains("head has not come whole", ":" + client.getLocalPort());
    }
  }

  @Test
  void halfAFrameIsCutAndNamed() throws Exception {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), lingering.port())) {
      send(client, BEGIN);
      assertThat(client.getInputStream().read()).isZero(); // the server's SETTINGS
      send(client, HALF_A_HEAD);

      assertThat(stop().cut().get("http"))
          .singleElement()
          .asString()
          .contains("frame that has not come whole", ":" + client.getLocalPort());
    }
  }

  @Test
  void aHeadThatGoesOnIsAnsweredWithinTheDeadline() throws Exception {
    try (Socket client = connect()) {
      send(client, "GET /hello HTTP/1.1\r\nHo");
      lingering.application().beginStop();
      awaitDrain();
      send(client, "st: 127.0.0.1\r\n\r\n");
      String answers = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answers).contains("hello", "connection: close").endsWith("hello");
      assertThat(stop()).isClean();
    }
  }

  @Test
  void aClientThatSaysNothingIsNoWork() throws Exception {
    try (Socket client = connect()) {
      assertThat(stop()).cutNothing();
      assertThat(client.isConnected()).isTrue();
    }
  }

  private void awaitDrain() throws Exception {
    Wait.until(
        Duration.ofMinutes(2),
        () -> "the drain never began",
        () -> lingering.application().view().timeline("http").draining() != null);
  }

  private static void send(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
