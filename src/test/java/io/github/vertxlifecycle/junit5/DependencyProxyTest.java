package io.github.vertxlifecycle.junit5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A connection through a proxy that is disturbed. */
@Tag("integration")
final class DependencyProxyTest {

  private static final int PATIENCE_MILLIS = 120_000;

  /** Nothing comes within this; what is not held comes much sooner. */
  private static final int A_WHILE_MILLIS = 300;

  private Echo echo;
  private DependencyProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new Echo();
    proxy = DependencyProxy.to(echo.port());
  }

  @AfterEach
  void close() {
    proxy.close();
    echo.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), proxy.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void expect(Socket socket, String text) throws IOException {
    byte[] bytes = socket.getInputStream().readNBytes(text.length());
    assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo(text);
  }

  private static void expectNothing(Socket socket) throws IOException {
    socket.setSoTimeout(A_WHILE_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  @Test
  void passesEverythingOnInBothDirections() throws Exception {
    try (Socket client = connect()) {
      send(client, "hello");
      expect(client, "hello");
      assertThat(proxy.connections()).isOne();
    }
  }

  @Test
  void passesOnThatOneSideHasNothingMoreToSay() throws Exception {
    try (Socket client = connect()) {
      send(client, "hello");
      client.shutdownOutput();
      expect(client, "hello");
      assertThat(client.getInputStream().read()).isNegative();
    }
  }

  @Test
  void holdsEverythingWhileItHangsAndGoesOnWithThat() throws Exception {
    try (Socket before = connect()) {
      send(before, "a");
      expect(before, "a");
      proxy.hang();
      send(before, "b");
      expectNothing(before);
      try (Socket during = connect()) {
        send(during, "c");
        expectNothing(during);
        assertThat(echo.received).hasValue(1);

        proxy.heal();

        expect(before, "b");
        expect(during, "c");
      }
    }
  }

  @Test
  void comesLateInEachDirection() throws Exception {
    Duration latency = Duration.ofMillis(200);
    proxy.slow(latency);
    try (Socket client = connect()) {
      long sent = System.nanoTime();
      send(client, "late");
      expect(client, "late");
      assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThan(latency.multipliedBy(2));
    }
  }

  @Test
  void aSlowLineThatHealsDoesNotHoldWhatIsOnItsWay() throws Exception {
    proxy.slow(Duration.ofHours(1));
    try (Socket client = connect()) {
      send(client, "late");
      expectNothing(client);

      proxy.heal();

      expect(client, "late");
    }
  }

  @Test
  void letsLittleThroughAtATime() throws Exception {
    proxy.thin(1_000);
    try (Socket client = connect()) {
      long sent = System.nanoTime();
      send(client, "x".repeat(200));
      expect(client, "x".repeat(200));
      assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThan(Duration.ofMillis(200));
    }
  }

  @Test
  void losesAnswersAndNoRequests() throws Exception {
    try (Socket client = connect()) {
      proxy.loseAnswers();
      send(client, "lost");
      expectNothing(client);
      assertThat(echo.received).hasValue(4);

      proxy.heal();

      send(client, "found");
      expect(client, "found");
    }
  }

  @Test
  void cutsWhatIsOpenAndLetsNewOnesThrough() throws Exception {
    try (Socket before = connect()) {
      send(before, "a");
      expect(before, "a");

      proxy.cut();

      assertThatThrownBy(() -> before.getInputStream().read()).hasMessageContaining("reset");
      assertThat(echo.lost.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
      try (Socket after = connect()) {
        send(after, "b");
        expect(after, "b");
      }
    }
  }

  @Test
  void cutsWhatHangs() throws Exception {
    try (Socket client = connect()) {
      send(client, "a");
      expect(client, "a");
      proxy.hang();
      send(client, "b");
      expectNothing(client);

      proxy.cut();

      assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
      assertThat(proxy.connections()).isZero();
    }
  }

  @Test
  void refusesNewConnectionsAndComesBackOnTheSamePort() throws Exception {
    int port = proxy.port();
    try (Socket before = connect()) {
      send(before, "a");
      expect(before, "a");

      proxy.refuse().refuse();

      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
      send(before, "b");
      expect(before, "b");

      proxy.heal().heal();

      try (Socket after = connect()) {
        send(after, "c");
        expect(after, "c");
      }
      assertThat(proxy.port()).isEqualTo(port);
    }
  }

  @Test
  void resetsTheClientWhenTheDependencyIsNotThere() throws Exception {
    echo.close();
    try (Socket client = connect()) {
      assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
    }
  }

  @Test
  void isOfNoUseOnceItIsClosed() throws Exception {
    try (Socket client = connect()) {
      send(client, "a");
      expect(client, "a");

      proxy.close();

      assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
      assertThatThrownBy(proxy::heal)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the proxy is closed");
      assertThatThrownBy(() -> DependencyProxy.to(1).thin(99))
          .hasMessageContaining("give it 100 or more");
    }
  }
}
