package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.vertx.core.http.HttpServerOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind a proxy that says by the PROXY protocol for whom it speaks, reports name the client. */
@Tag("integration")
final class ProxyProtocolTest extends ServerTest {

  private static final String FOR_A_CLIENT = "PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r\n";
  private static final String CLIENT = "203.0.113.7:4711";

  @TempDir Path directory;

  @Override
  HttpServerOptions more(HttpServerOptions options) {
    return options.setUseProxyProtocol(true);
  }

  private static Object[] hurry() {
    return new Object[] {"drainTimeout", "300ms", "linger", "50ms"};
  }

  private LifecycleEvent.ComponentStopped expectCut(App app) {
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CUT");
    return stopped();
  }

  private void expectClientIn(App app, String what) {
    assertThat(expectCut(app).cut())
        .singleElement()
        .satisfies(cut -> assertThat(cut.what()).isEqualTo(what + " from " + CLIENT));
  }

  @Test
  void aRequestThatIsCutIsTheClients() throws Exception {
    App app = start(http(hurry()));
    try (HttpClientConnection proxy = new HttpClientConnection(port)) {
      proxy.send(FOR_A_CLIENT + HttpClientConnection.get("/held/x"));
      nextHeld();
      assertThat(app.view().now().components().get(0).stats().inFlight())
          .singleElement()
          .asString()
          .contains(CLIENT);
      expectClientIn(app, "GET /held/:what");
    }
  }

  @Test
  void aStreamThatIsCutIsTheClients() throws Exception {
    App app = start(http(hurry()));
    try (Http2Wire proxy = Http2Wire.behind(FOR_A_CLIENT, port)) {
      proxy.get(1, "/held/x");
      nextHeld();
      expectClientIn(app, "GET /held/:what");
    }
  }

  @Test
  void aRequestAfterTheFirstIsTheClients() throws Exception {
    App app = start(http(hurry()));
    try (HttpClientConnection proxy = new HttpClientConnection(port)) {
      proxy.send(FOR_A_CLIENT + HttpClientConnection.get("/hello"));
      assertThat(proxy.read().body()).isEqualTo("hello");
      proxy.send(HttpClientConnection.get("/held/x"));
      nextHeld();
      expectClientIn(app, "GET /held/:what");
    }
  }

  /** Its connection has no request yet, and so it is nobody's but the socket's. */
  @Test
  void halfAHeadThatIsCutIsTheClients() throws Exception {
    App app = start(http(hurry()));
    try (HttpClientConnection proxy = new HttpClientConnection(port);
        HttpClientConnection second = new HttpClientConnection(port)) {
      proxy.send(FOR_A_CLIENT + "GET /hello HT");
      second.send(FOR_A_CLIENT + HttpClientConnection.get("/hello"));
      second.read();
      second.leave();
      assertThat(expectCut(app).cut())
          .singleElement()
          .satisfies(cut -> assertThat(cut.what()).endsWith(" from " + CLIENT));
    }
  }
}
