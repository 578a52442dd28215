package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.acme.AcmeOptions;
import io.github.vertxlifecycle.acme.Pebble;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that gets its certificate from a real authority. */
@Tag("integration")
@Tag("pebble")
final class AcmeTest extends ServerTest {

  private static final Duration LONG = Duration.ofDays(90);
  private static final String DOMAIN = "links.example.test";

  @TempDir Path directory;
  @TempDir Path storage;
  @TempDir Path client;
  private final HttpServerOptions said = new HttpServerOptions();
  private Pebble pebble;

  @Override
  HttpServerOptions more(HttpServerOptions options) {
    return new HttpServerOptions(said); // the section adds to them
  }

  @AfterEach
  void stopPebble() {
    if (pebble != null) {
      pebble.close();
    }
  }

  private void pebble(Duration validity) throws Exception {
    pebble = Pebble.start(directory, validity);
  }

  private JsonObject acme(String... domains) {
    return http(
        "tls",
        new JsonObject()
            .put("redirectPort", pebble.httpPort())
            .put("acme", pebble.section(storage, domains)));
  }

  private Path certificateFile() {
    return new AcmeOptions(List.of(DOMAIN), null, pebble.directory(), storage, null).file();
  }

  private Path failedFile() {
    return certificateFile().resolveSibling(DOMAIN + ".failed");
  }

  /** Puts a certificate into the storage as if it had been issued. */
  private void alreadyIssued(String name, String from, int days) throws Exception {
    Path made = Files.createDirectory(directory.resolve(name));
    Certificates.make(made, name, from, days);
    Files.createDirectories(certificateFile().getParent());
    Files.writeString(
        certificateFile(),
        Files.readString(made.resolve("cert.pem")) + Files.readString(made.resolve("key.pem")));
  }

  private X509Certificate served() throws Exception {
    try (SSLSocket socket =
        TrustingTls.over(new Socket(InetAddress.getLoopbackAddress(), port), port)) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static List<Object> names(X509Certificate certificate) throws Exception {
    return certificate.getSubjectAlternativeNames().stream()
        .<Object>map(name -> name.get(1))
        .toList();
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> all = Files.walk(storage)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static void until(Callable<Boolean> so) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!so.call()) {
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(20);
    }
  }

  @Test
  void getsItsFirstCertificateForAllItsDomainsAndServesIt() throws Exception {
    pebble(LONG);
    start(acme(DOMAIN, "www." + DOMAIN), new DeploymentOptions().setInstances(2));
    assertThat(names(served())).containsExactlyInAnyOrder(DOMAIN, "www." + DOMAIN);
    assertThat(pebble.issued()).isEqualTo(1);
    try (HttpClientConnection https = new HttpClientConnection(port, true);
        HttpClientConnection plain = new HttpClientConnection(redirectPort)) {
      assertThat(https.request("/hello").body()).isEqualTo("hello");
      assertThat(plain.request("/hello").status()).isEqualTo(308);
      assertThat(plain.request("/.well-known/acme-challenge/nobody_gave_this_one").status())
          .isEqualTo(404);
      assertThat(plain.request("/.well-known/acme-challenge/..%2F..%2Faccount.pem").status())
          .isEqualTo(404);
    }
  }

  @Test
  void asksNobodyAgainAfterARestart() throws Exception {
    pebble(LONG);
    App first = start(acme(DOMAIN));
    X509Certificate certificate = served();
    await(stop(first));
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .containsExactlyInAnyOrder("account.pem", DOMAIN + ".pem", "lock");
    for (Path file : files()) {
      if (file.getFileName().toString().endsWith(".pem")) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
    pebble.stopAuthority();
    start(acme(DOMAIN));
    assertThat(served()).isEqualTo(certificate);
  }

  @Test
  void keepsItsAccountWhenItAsksForAnotherCertificate() throws Exception {
    pebble(LONG);
    await(stop(start(acme(DOMAIN))));
    start(acme("other.example.test"));
    assertThat(names(served())).containsExactly("other.example.test");
    assertThat(pebble.count("There are now 1 accounts in memory")).isEqualTo(1);
    assertThat(pebble.count("There are now 2 accounts in memory")).isZero();
  }

  @Test
  void renewsAtTwoThirdsOfItsLifeWithoutDroppingAConnection() throws Exception {
    pebble(Duration.ofSeconds(9));
    start(acme(DOMAIN), new DeploymentOptions().setInstances(2));
    X509Certificate first = served();
    try (HttpClientConnection open = new HttpClientConnection(port, true)) {
      until(
          () -> {
            assertThat(open.request("/hello").status()).isEqualTo(200);
            return !served().equals(first);
          });
      assertThat(open.request("/hello").status()).isEqualTo(200);
    }
    assertThat(names(served())).containsExactly(DOMAIN);
  }

  private void awaitRenewal(X509Certificate first) throws Exception {
    until(() -> !served().equals(first));
  }

  /** With the certificate that the server trusts. */
  private String statusForAClientWithACertificate() throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    char[] password = Certificates.PASSWORD.toCharArray();
    keys.init(KeyStore.getInstance(client.resolve("store.p12").toFile(), password), password);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), new TrustManager[] {new TrustingTls()}, null);
    try (Socket socket =
        tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write(HttpClientConnection.get("/hello").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
  }

  private void expectNoAnswerWithoutACertificate() {
    assertThatThrownBy(
            () -> {
              try (HttpClientConnection nobody = new HttpClientConnection(port, true)) {
                nobody.request("/hello");
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void clientsMustHaveACertificateAfterARenewalToo() throws Exception {
    Certificates.make(client, "client");
    said.setClientAuth(ClientAuth.REQUIRED)
        .setTrustOptions(new PemTrustOptions().addCertPath(client.resolve("cert.pem").toString()));
    pebble(Duration.ofSeconds(9));
    start(acme(DOMAIN));
    X509Certificate first = served();
    expectNoAnswerWithoutACertificate();
    assertThat(statusForAClientWithACertificate()).isEqualTo("HTTP/1.1 200");
    awaitRenewal(first);
    expectNoAnswerWithoutACertificate();
    assertThat(statusForAClientWithACertificate()).isEqualTo("HTTP/1.1 200");
  }

  @Test
  void versionsAndCiphersStayAfterARenewal() throws Exception {
    said.setEnabledSecureTransportProtocols(Set.of("TLSv1.2"))
        .addEnabledCipherSuite("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        .addEnabledCipherSuite("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    pebble(Duration.ofSeconds(9));
    start(acme(DOMAIN));
    X509Certificate first = served();
    awaitRenewal(first);
    try (SSLSocket socket =
        TrustingTls.over(new Socket(InetAddress.getLoopbackAddress(), port), port)) {
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
      assertThat(socket.getSession().getCipherSuite()).endsWith("_WITH_AES_128_GCM_SHA256");
    }
  }

  @Test
  void keepsTheOldCertificateWhileTheDirectoryIsDownAndIsUnreadyOnceItHasExpired()
      throws Exception {
    pebble(LONG);
    pebble.stopAuthority();
    alreadyIssued("old", "-1d+8S", 1);
    int management = FreePorts.one();
    start(
        acme(DOMAIN)
            .put("management", new JsonObject().put("port", management).put("checkEvery", 1)));
    until(() -> Files.exists(failedFile()));
    HttpResponse<String> before = readiness(management);
    if (before.statusCode() != 200) { // only a machine that took 8 s to come here
      assertThat(before.body()).contains("expired");
    }
    until(() -> readiness(management).statusCode() == 503);
    assertThat(readiness(management).body())
        .contains("the certificate for links.example.test expired at ")
        .contains(" failed, the next one is at ");
    assertThat(served().getSubjectX500Principal().getName()).isEqualTo("CN=old");
    pebble.startAuthority();
    until(() -> names(served()).contains(DOMAIN));
    until(() -> readiness(management).statusCode() == 200);
    assertThat(failedFile()).doesNotExist();
  }

  private static HttpResponse<String> readiness(int management) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/readyz"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void doesNotStartWhileTheChallengeFailsNorAskAgainBeforeItsTime() throws Exception {
    pebble(LONG);
    pebble.resolves(DOMAIN, false);
    App app = new App(new DeploymentOptions());
    Future<String> starting =
        vertx.deployVerticle(app, new DeploymentOptions().setConfig(acme(DOMAIN)));
    until(() -> Files.exists(failedFile()));
    await(app.stop(STOP));
    assertThatThrownBy(() -> await(starting)).hasStackTraceContaining("abandoned");
    int orders = pebble.count("POST /order-plz");

    JsonObject config = acme(DOMAIN);
    config.getJsonObject("http").put("startTimeout", "5s");
    assertThatThrownBy(() -> start(config))
        .hasStackTraceContaining("the challenge for links.example.test failed: ")
        .hasStackTraceContaining("the next one is at ")
        .hasStackTraceContaining(failedFile().toString());
    assertThat(pebble.issued()).isZero();
    assertThat(pebble.count("POST /order-plz")).isLessThanOrEqualTo(orders + 1);

    pebble.resolves(DOMAIN, true);
    Files.deleteIfExists(failedFile());
    start(acme(DOMAIN));
    assertThat(names(served())).containsExactly(DOMAIN);
  }

  @Test
  void givesUpAnOrderWhoseStartIsAbandoned() throws Exception {
    pebble(LONG);
    pebble.freeze();
    App app = new App(new DeploymentOptions());
    app.listen(events::add);
    Future<String> starting =
        vertx.deployVerticle(app, new DeploymentOptions().setConfig(acme(DOMAIN)));
    until(() -> app.view() != null && inFlight(app) > 0);
    await(app.stop(STOP));
    assertThatThrownBy(() -> await(starting)).hasStackTraceContaining("abandoned");
    assertThat(stopped().outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(failedFile()).doesNotExist();
    pebble.unfreeze();
    start(acme(DOMAIN));
    assertThat(names(served())).containsExactly(DOMAIN);
  }

  private static int inFlight(App app) {
    return app.view().now().components().stream()
        .mapToInt(one -> one.stats().inFlight().size())
        .sum();
  }

  @Test
  void asksOnceForComponentsThatShareAStorageAndAnswersForEachOther() throws Exception {
    pebble(LONG);
    JsonObject elsewhere = acme(DOMAIN);
    elsewhere.getJsonObject("http").getJsonObject("tls").put("redirectPort", 0);
    Future<?> one =
        vertx.deployVerticle(
            new App(new DeploymentOptions()), new DeploymentOptions().setConfig(elsewhere));
    Future<?> other =
        vertx.deployVerticle(
            new App(new DeploymentOptions()), new DeploymentOptions().setConfig(acme(DOMAIN)));
    await(one);
    await(other);
    assertThat(pebble.issued()).isEqualTo(1);
  }
}
