package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * CONNECT, by a path, since Vert.x Web routes nothing else: a tunnel, whenever and however asked
 * for.
 */
@Tag("integration")
final class ConnectTest extends ServerTest {

  @Override
  void more(Server server, Router router) {
    router
        .connect("/far")
        .handler(
            context ->
                context.request().toNetSocket().onSuccess(socket -> socket.handler(socket::write)));
  }

  private static void expectEcho(HttpClientConnection client) throws Exception {
    client.send("ping");
    assertThat(new String(client.in().readNBytes(4), StandardCharsets.US_ASCII)).isEqualTo("ping");
  }

  private void echoes(String head) throws Exception {
    App app = start(http("linger", "50ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(head + "\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      expectEcho(client);
      Future<Void> stop = stop(app);
      expectEcho(client);
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void echoesOverHttp11() throws Exception {
    echoes("CONNECT /far HTTP/1.1\r\nHost: far:80");
  }

  @Test
  void echoesOverHttp10() throws Exception {
    echoes("CONNECT /far HTTP/1.0\r\nHost: far:80");
  }

  @Test
  void echoesOnAConnectionThatWasToClose() throws Exception {
    echoes("CONNECT /far HTTP/1.1\r\nHost: far:80\r\nConnection: close");
  }

  @Test
  void echoesWhenItWasOpenedDuringAnAnnouncement() throws Exception {
    App app = start(http().put("lifecycle", new JsonObject().put("announceDelay", "1s")));
    Future<Void> stop = stop(app);
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("CONNECT /far HTTP/1.1\r\nHost: far:80\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      expectEcho(client);
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void aTunnelThatStaysIsCutAndNamed() throws Exception {
    App app = start(http("linger", "50ms", "drainTimeout", "200ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("CONNECT /far HTTP/1.0\r\n\r\n");
      client.readHead();
      expectEcho(client);
      await(app.stop(STOP));
    }
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut().get(0).what()).startsWith("CONNECT /far from 127.0.0.1:");
  }
}
