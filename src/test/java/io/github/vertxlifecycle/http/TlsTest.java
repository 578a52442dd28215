package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, certificates, their reload, and the way over from plain HTTP. */
@Tag("integration")
final class TlsTest extends ServerTest {

  @TempDir Path directory;
  @TempDir Path other;

  @BeforeEach
  void makeCertificates() throws Exception {
    Certificates.make(directory, "first");
  }

  private JsonObject pem(Object... more) {
    JsonObject tls =
        new JsonObject()
            .put("cert", directory.resolve("cert.pem").toString())
            .put("key", directory.resolve("key.pem").toString())
            .put("reloadInterval", 0);
    for (int i = 0; i < more.length; i += 2) {
      tls.put((String) more[i], more[i + 1]);
    }
    return http("tls", tls);
  }

  private String subject() throws IOException {
    try (SSLSocket socket = handshake()) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    }
  }

  private SSLSocket handshake(String... protocols) throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    try {
      return TrustingTls.over(plain, port, protocols);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private void replace(String file) throws IOException {
    Path target = directory.resolve(file);
    Files.copy(other.resolve(file), target, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(target, FileTime.from(Instant.now().plusSeconds(2)));
  }

  @Test
  void servesFromPemFilesAndChoosesHttp2() throws Exception {
    start(pem());
    assertThat(subject()).isEqualTo("CN=first");
    try (SSLSocket socket = handshake("h2", "http/1.1")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void servesFromAPkcs12Store() throws Exception {
    start(
        http(
            "tls",
            new JsonObject()
                .put("keyStore", directory.resolve("store.p12").toString())
                .put("password", Certificates.PASSWORD)));
    assertThat(subject()).isEqualTo("CN=first");
  }

  @Test
  void givesNewConnectionsTheNewCertificateAndLeavesOpenOnesAlone() throws Exception {
    start(pem());
    try (HttpClientConnection open = new HttpClientConnection(port, true)) {
      assertThat(open.request("/hello").status()).isEqualTo(200);
      assertThat(await(server.reloadTlsIfChanged())).isFalse();
      Certificates.make(other, "second");
      replace("cert.pem");
      replace("key.pem");
      assertThat(await(server.reloadTlsIfChanged())).isTrue();
      assertThat(subject()).isEqualTo("CN=second");
      assertThat(open.request("/hello").status()).isEqualTo(200);
    }
  }

  @Test
  void keepsTheOldCertificateWhenTheNewFileIsBrokenOrHasAnotherKey() throws Exception {
    start(pem());
    Certificates.make(other, "second");
    replace("cert.pem"); // its key has not come yet
    assertThat(await(server.reloadTlsIfChanged())).isFalse();
    assertThat(subject()).isEqualTo("CN=first");
    Files.writeString(directory.resolve("cert.pem"), "what is this");
    assertThat(await(server.reloadTlsIfChanged())).isFalse();
    Files.delete(directory.resolve("cert.pem"));
    assertThat(await(server.reloadTlsIfChanged())).isFalse();
    assertThat(subject()).isEqualTo("CN=first");
    replace("cert.pem");
    replace("key.pem");
    assertThat(await(server.reloadTlsIfChanged())).isTrue();
    assertThat(subject()).isEqualTo("CN=second");
  }

  @Test
  void doesNotStartWithABrokenCertificateAndSaysWhich() throws Exception {
    Files.writeString(directory.resolve("cert.pem"), "what is this");
    assertThatThrownBy(() -> start(pem()))
        .hasMessageContaining("cert.pem")
        .hasMessageContaining("http.tls");
  }

  @Test
  void keepsAConnectionThatIsOlderThanTheTimeForOneHead() throws Exception {
    JsonObject config = pem();
    config.getJsonObject("http").put("limits", new JsonObject().put("headTimeout", "500ms"));
    start(config);
    try (HttpClientConnection open = new HttpClientConnection(port, true)) {
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      while (System.nanoTime() < until) {
        assertThat(open.request("/later").body()).isEqualTo("later");
      }
    }
  }

  @Test
  void redirectsPlainHttpAndStopsBothTogether() throws Exception {
    App app = start(pem("redirectPort", 0));
    try (HttpClientConnection plain = new HttpClientConnection(redirectPort)) {
      plain.send("GET /hello?x=1 HTTP/1.1\r\nHost: localhost:" + redirectPort + "\r\n\r\n");
      HttpClientConnection.Answer answer = plain.read();
      assertThat(answer.status()).isEqualTo(308);
      assertThat(answer.headers())
          .containsEntry("location", "https://localhost:" + port + "/hello?x=1");
      Future<Void> stop = stop(app);
      assertThat(plain.request("/hello")).matches(a -> a.status() == 308 && a.saysClose());
      plain.leave();
      await(stop);
    }
    assertThatThrownBy(() -> new HttpClientConnection(port)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new HttpClientConnection(redirectPort))
        .isInstanceOf(IOException.class);
  }
}
