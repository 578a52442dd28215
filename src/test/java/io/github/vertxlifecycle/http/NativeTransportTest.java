package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same on the system's own transport, where it is on the class path; else on NIO again. */
final class NativeTransportTest extends ServerTest {

  @TempDir Path directory;

  NativeTransportTest() {
    super(true);
  }

  @Test
  void losesNoRequest() throws Exception {
    App app = start(http(), new DeploymentOptions().setInstances(2));
    try (BusyClients busy = new BusyHttp1(16, port, false, "/later");
        BusyClients streams = new BusyHttp2(4, 4, port, false, "/later")) {
      assertThat(busy.awaitBusy(PATIENCE_SECONDS)).isTrue();
      assertThat(streams.awaitBusy(PATIENCE_SECONDS)).isTrue();
      await(app.stop(STOP));
      assertThat(busy.awaitGone(PATIENCE_SECONDS)).isTrue();
      assertThat(streams.awaitGone(PATIENCE_SECONDS)).isTrue();
      assertThat(busy.lost).hasValue(0);
      assertThat(busy.shed).hasValue(0);
      assertThat(streams.lost).hasValue(0);
      assertThat(streams.shed).hasValue(0);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void listensOnAUnixDomainSocket() throws Exception {
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
}
