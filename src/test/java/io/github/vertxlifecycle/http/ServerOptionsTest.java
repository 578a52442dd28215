package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application says of its server beside the section, and for how long that holds. */
@Tag("integration")
final class ServerOptionsTest extends ServerTest {

  @TempDir Path directory;
  @TempDir Path other;

  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private HttpServerOptions said = new HttpServerOptions();
  private boolean handlers;

  @Override
  HttpServerOptions more(HttpServerOptions options) {
    return said;
  }

  @Override
  void more(HttpServer http) {
    if (handlers) {
      http.invalidRequestHandler(
          request -> {
            heard.add("invalid " + request.decoderResult().cause().getMessage());
            request.response().setStatusCode(418).end();
          });
      http.connectionHandler(connection -> heard.add("connection"));
      assertThatThrownBy(() -> http.requestHandler(request -> {}))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(http::close).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> http.listen(1)).isInstanceOf(UnsupportedOperationException.class);
      heard.add("port " + http.actualPort());
    }
  }

  private JsonObject tls() throws Exception {
    JsonObject config = Certificates.tls(directory);
    config.getJsonObject("http").getJsonObject("tls").put("reloadInterval", 0);
    return config;
  }

  private void reload() throws Exception {
    Certificates.make(other, "second");
    for (String file : new String[] {"cert.pem", "key.pem"}) {
      Path target = directory.resolve(file);
      Files.copy(other.resolve(file), target, StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(target, FileTime.from(Instant.now().plusSeconds(2)));
    }
    assertThat(await(server.reloadTlsIfChanged())).isTrue();
  }

  private SSLSocket handshake() throws IOException {
    return TrustingTls.over(new Socket(InetAddress.getLoopbackAddress(), port), port);
  }

  private static String subject(SSLSocket socket) throws IOException {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  private void expectNoAnswerWithoutACertificate() {
    assertThatThrownBy(
            () -> {
              try (HttpClientConnection client = new HttpClientConnection(port, true)) {
                client.request("/hello"); // on TLS 1.3 the refusal comes after the handshake
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void clientsMustHaveACertificateAfterAReloadToo() throws Exception {
    JsonObject config = tls();
    said.setClientAuth(ClientAuth.REQUIRED)
        .setTrustOptions(
            new PemTrustOptions().addCertPath(directory.resolve("cert.pem").toString()));
    start(config);
    expectNoAnswerWithoutACertificate();
    reload();
    expectNoAnswerWithoutACertificate();
  }

  @Test
  void versionsAndCiphersStayAfterAReload() throws Exception {
    JsonObject config = tls();
    said.setEnabledSecureTransportProtocols(Set.of("TLSv1.2"))
        .addEnabledCipherSuite("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    start(config);
    try (SSLSocket before = handshake()) {
      assertThat(before.getSession().getProtocol()).isEqualTo("TLSv1.2");
      assertThat(subject(before)).isEqualTo("CN=test");
    }
    reload();
    try (SSLSocket after = handshake()) {
      assertThat(subject(after)).isEqualTo("CN=second");
      assertThat(after.getSession().getProtocol()).isEqualTo("TLSv1.2");
      assertThat(after.getSession().getCipherSuite())
          .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    }
  }

  @Test
  void aCertificateThatBothSayIsRefused() throws Exception {
    JsonObject config = tls();
    said.setKeyCertOptions(
        new PemKeyCertOptions()
            .addCertPath(directory.resolve("cert.pem").toString())
            .addKeyPath(directory.resolve("key.pem").toString()));
    assertThatThrownBy(() -> start(config))
        .hasMessageContaining("keyCertOptions")
        .hasMessageContaining("http.tls");
  }

  @Test
  void aPortOrALimitThatBothSayIsRefused() {
    said.setPort(8081);
    assertThatThrownBy(() -> start()).hasMessageContaining("http.port");
    said = new HttpServerOptions().setMaxHeaderSize(100);
    assertThatThrownBy(() -> start()).hasMessageContaining("http.limits.headers");
    said = new HttpServerOptions().setMaxInitialLineLength(100);
    assertThatThrownBy(() -> start()).hasMessageContaining("http.limits.requestLine");
  }

  @Test
  void handlersOfTheApplicationAreBesideThoseOfTheLibrary() throws Exception {
    handlers = true;
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("GET /hello HTTP/1.1\r\n\r\n");
      HttpClientConnection.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(418);
      assertThat(answer.saysClose()).isTrue();
    }
    assertThat(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).startsWith("port ");
    assertThat(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("connection");
    assertThat(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("invalid no Host");
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
