package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.vertx.Transports;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same on the transports of Linux. The build leaves these out on other systems. */
@Tag("integration")
@Tag("linux")
abstract class NativeTransportTest extends ServerTest {

  @TempDir Path directory;

  NativeTransportTest(Transport transport) {
    super(available(transport));
  }

  /** Fails where the system does not let us use it, and says why. */
  private static Transport available(Transport transport) {
    assertThat(transport).as("the transport on the class path").isNotNull();
    assertThat(transport.available())
        .as(
            "%s is there, or leave it out: mvn -Dwithout=%s; it is not, because of %s",
            transport.name(), transport.name(), transport.unavailabilityCause())
        .isTrue();
    return transport;
  }

  @Tag("epoll")
  static final class EpollTest extends NativeTransportTest {
    EpollTest() {
      super(Transport.EPOLL);
    }

    @Test
    void losesNoCleartextStream() throws Exception {
      losesNothing(http(), () -> new BusyHttp2(4, 4, port, false, "/later"));
    }

    @Test
    void losesNoStreamOverTls() throws Exception {
      losesNothing(Certificates.tls(directory), () -> new BusyHttp2(4, 4, port, true, "/later"));
    }

    @Test
    void listensOnAUnixDomainSocket() throws Exception {
      answersOnAUnixDomainSocket();
    }

    @Test
    void saysThatAPortIsTakenAsOnNio() throws Exception {
      try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        JsonObject config = http("port", taken.getLocalPort());
        assertThatThrownBy(() -> start(config))
            .hasMessageContaining(": Address already in use; stop what listens there or set")
            .rootCause()
            .isInstanceOf(BindException.class);
      }
    }
  }

  final void answersOnAUnixDomainSocket() throws Exception {
    Path path = directory.resolve("http.sock");
    App app = start(http("path", path.toString(), "linger", "50ms"));
    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(UnixDomainSocketAddress.of(path));
      Future<Void> stop = stop(app);
      client.write(
          ByteBuffer.wrap(HttpClientConnection.get("/hello").getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(1000);
      client.read(answer);
      assertThat(new String(answer.array(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 OK")
          .contains("connection: close");
      client.shutdownOutput();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  /** Without HTTP/2, for which this transport of Netty 4.2.12 is not fit. */
  @Tag("io_uring")
  static final class IoUringTest extends NativeTransportTest {
    IoUringTest() {
      super(Transport.IO_URING);
    }

    @Test
    void listensOnAUnixDomainSocketOrSaysThatThereIsNone() throws Exception {
      if (Transports.haveDomainSockets(vertx)) { // from Vert.x 5.1 on
        answersOnAUnixDomainSocket();
        return;
      }
      JsonObject config = http("path", directory.resolve("http.sock").toString());
      assertThatThrownBy(() -> start(config))
          .hasMessageContaining("http.sock: Vert.x's io_uring transport has no Unix domain sockets")
          .hasMessageNotContaining("TIMED_OUT");
    }
  }

  @Test
  void losesNoRequest() throws Exception {
    losesNothing(http(), () -> new BusyHttp1(16, port, false, "/later"));
  }

  final void losesNothing(JsonObject config, Supplier<BusyClients> clients) throws Exception {
    App app = start(config, new DeploymentOptions().setInstances(2));
    try (BusyClients busy = clients.get()) {
      assertThat(busy.awaitBusy(PATIENCE_SECONDS)).isTrue();
      await(app.stop(STOP));
      assertThat(busy.awaitGone(PATIENCE_SECONDS)).isTrue();
      assertThat(busy.lost).hasValue(0);
      assertThat(busy.shed).hasValue(0);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
