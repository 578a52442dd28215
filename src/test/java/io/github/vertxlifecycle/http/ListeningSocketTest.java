package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * OpenConnections that have not said anything, many of them, new ones, and other kinds of sockets.
 */
@Tag("integration")
final class ListeningSocketTest extends ServerTest {

  private static final int IDLE = 5000;

  @TempDir Path directory;

  @Test
  void answersAClientThatHadNotSaidAnythingWhenTheStopCame() throws Exception {
    App app = start(http("linger", "1m"));
    try (HttpClientConnection known = new HttpClientConnection(port);
        HttpClientConnection silent = new HttpClientConnection(port)) {
      known.request("/hello"); // accepted one after the other, so by now both are
      silent.socket().setTcpNoDelay(true);
      Future<Void> stop = stop(app);
      known.leave();
      assertThat(silent.request("/hello")).matches(a -> a.status() == 200 && a.saysClose());
      silent.leave();
      await(stop);
    }
  }

  @Test
  void servesNewConnectionsDuringAnnounceAndRefusesThemAfterwards() throws Exception {
    App app = start(http().put("lifecycle", new JsonObject().put("announceDelay", "300ms")));
    Future<Void> stop = stop(app);
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      assertThat(client.request("/hello")).matches(a -> a.status() == 200 && a.saysClose());
    }
    await(stop);
    assertThatThrownBy(() -> new HttpClientConnection(port)).isInstanceOf(IOException.class);
  }

  @Test
  void lingersNotLongerForThousandsOfIdleConnections() throws Exception {
    App app = start(http("linger", "500ms"), new DeploymentOptions().setInstances(2));
    List<HttpClientConnection> idle = new ArrayList<>();
    try {
      for (int i = 0; i < IDLE; i++) {
        idle.add(new HttpClientConnection(port));
      }
      long before = System.nanoTime();
      await(app.stop(STOP));
      // once the linger, however busy the machine; for each of them it would be minutes
      assertThat(System.nanoTime() - before).isBetween(400_000_000L, 60_000_000_000L);
      for (HttpClientConnection client : idle) {
        assertThat(client.isAtEnd()).isTrue();
      }
    } finally {
      for (HttpClientConnection client : idle) {
        client.close();
      }
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void doesNotLingerForNobody() {
    App app = start(http("linger", "1h"));
    await(app.stop(STOP));
  }

  @Test
  void spreadsConnectionsOverInstancesOnOneFreePort() throws Exception {
    App app = start(http(), new DeploymentOptions().setInstances(2));
    for (int i = 0; i < 4; i++) {
      try (HttpClientConnection client = new HttpClientConnection(port)) {
        assertThat(client.request("/hello").status()).isEqualTo(200);
      }
    }
    await(app.stop(STOP));
    assertThatThrownBy(() -> new HttpClientConnection(port)).isInstanceOf(IOException.class);
  }

  @Test
  void keepsThePortWhileAnotherDeploymentUsesIt() throws Exception {
    App first = start(http("linger", "50ms"));
    JsonObject samePort = http("port", port);
    await(first.stop(STOP));
    App old = start(samePort);
    start(samePort);
    await(old.stop(STOP));
    for (int i = 0; i < 4; i++) {
      try (HttpClientConnection client = new HttpClientConnection(port)) {
        assertThat(client.request("/hello").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void listensOnAUnixDomainSocket() throws Exception {
    Path path = directory.resolve("http.sock");
    App app = start(http("host", "unix:" + path, "linger", "50ms"));
    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(UnixDomainSocketAddress.of(path));
      client.write(
          ByteBuffer.wrap(HttpClientConnection.get("/hello").getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(1000);
      client.read(answer);
      assertThat(new String(answer.array(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 OK");
      await(app.stop(STOP));
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
