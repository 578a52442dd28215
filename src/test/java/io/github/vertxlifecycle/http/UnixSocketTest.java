package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a path is: a living server's, and nobody else's. */
abstract class UnixSocketTest extends ServerTest {

  @TempDir Path directory;

  UnixSocketTest(Transport transport) {
    super(transport);
  }

  @Tag("integration")
  static final class NioTest extends UnixSocketTest {
    NioTest() {
      super(Transport.NIO);
    }
  }

  @Tag("integration")
  @Tag("linux")
  @Tag("epoll")
  static final class EpollTest extends UnixSocketTest {
    EpollTest() {
      super(Transport.EPOLL);
    }
  }

  private Path path() {
    return directory.resolve("http.sock");
  }

  private App listen(int instances) {
    return start(
        http("path", path().toString(), "linger", "50ms"),
        new DeploymentOptions().setInstances(instances));
  }

  private void expectAnswer() throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
      client.write(
          ByteBuffer.wrap(HttpClientConnection.get("/hello").getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(1000);
      client.read(answer);
      assertThat(new String(answer.array(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 OK");
    }
  }

  private ServerSocketChannel somebodyElse() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path()));
  }

  private void expectNothingLeft() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void startsWhereAKilledProcessHasLeftItsSocket() throws Exception {
    somebodyElse().close(); // the JDK leaves the file, as a killed process does
    assertThat(path()).exists();
    App app = listen(2);
    expectAnswer();
    await(app.stop(STOP));
    expectNothingLeft();
  }

  @Test
  void doesNotTakeThePathOfALivingServer() throws Exception {
    try (ServerSocketChannel living = somebodyElse()) {
      assertThatThrownBy(() -> listen(1))
          .hasMessageContaining("unix:" + path())
          .hasMessageContaining("another process accepts connections there")
          .hasMessageContaining("http.path");
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
        assertThat(client.isConnected()).isTrue();
      }
      assertThat(living.isOpen()).isTrue();
    }
  }

  @Test
  void doesNotTakeThePathOfAFile() throws Exception {
    Files.writeString(path(), "precious");
    assertThatThrownBy(() -> listen(1)).hasMessageContaining("a file that is no socket");
    assertThat(path()).hasContent("precious");
  }

  @Test
  void leavesTheSocketOfOneThatHasTakenItsPlace() throws Exception {
    App app = listen(1);
    Files.delete(path());
    try (ServerSocketChannel other = somebodyElse()) {
      await(app.stop(STOP));
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
        assertThat(client.isConnected()).isTrue();
      }
      assertThat(other.isOpen()).isTrue();
    }
  }

  @Test
  void startsAgainAfterItsStop() throws Exception {
    await(listen(1).stop(STOP));
    expectNothingLeft();
    App again = listen(1);
    expectAnswer();
    await(again.stop(STOP));
    expectNothingLeft();
  }
}
