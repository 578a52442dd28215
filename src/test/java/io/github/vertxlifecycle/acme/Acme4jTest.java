package io.github.vertxlifecycle.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.vertxlifecycle.http.Certificates;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The failures that an authority's refusals become. Pebble has no rate limits, so this test has an
 * authority of its own.
 */
@Tag("integration")
final class Acme4jTest {

  @TempDir Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpsServer server;
  private volatile JsonObject refusal = new JsonObject();
  private volatile String retryAfter = "7200";

  /**
   * The status of the proof in an order that the authority takes; null while it refuses everything.
   */
  private volatile String proof;

  @BeforeEach
  void startServer() throws Exception {
    Certificates.make(directory, "authority");
    char[] password = Certificates.PASSWORD.toCharArray();
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(directory.resolve("store.p12").toFile(), password), password);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext("/", this::answer);
    server.setExecutor(threads); // the server's own thread would wait for a silent connection
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Replay-Nonce", "b25jZQ");
    switch (exchange.getRequestURI().getPath()) {
      case "/dir" ->
          send(
              exchange,
              200,
              "application/json",
              new JsonObject()
                  .put("newNonce", at("/nonce"))
                  .put("newAccount", at("/account"))
                  .put("newOrder", at("/order")));
      case "/nonce" -> exchange.sendResponseHeaders(200, -1);
      default -> {
        if (proof != null) {
          take(exchange);
          break;
        }
        exchange.getResponseHeaders().set("Retry-After", retryAfter);
        send(exchange, 429, "application/problem+json", refusal);
      }
    }
    exchange.close();
  }

  /** Takes an order, wants a proof or none, and never comes to an end. */
  private void take(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean made = path.equals("/account") || path.equals("/order");
    exchange.getResponseHeaders().set("Location", at(path + "/1"));
    if (!made) {
      exchange.getResponseHeaders().set("Retry-After", retryAfter);
    }
    JsonObject challenge =
        new JsonObject()
            .put("type", "http-01")
            .put("url", at("/challenge"))
            .put("status", "pending")
            .put("token", "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA");
    send(
        exchange,
        made ? 201 : 200,
        "application/json",
        switch (path) {
          case "/account" -> new JsonObject().put("status", "valid");
          case "/challenge" -> challenge;
          case "/proof" ->
              new JsonObject()
                  .put("status", proof)
                  .put(
                      "identifier",
                      new JsonObject().put("type", "dns").put("value", "a.example.test"))
                  .put("challenges", new JsonArray().add(challenge));
          default ->
              new JsonObject()
                  .put("status", made ? "pending" : "processing")
                  .put("finalize", at("/finalize"))
                  .put("authorizations", new JsonArray().add(at("/proof")));
        });
  }

  private static void send(HttpExchange exchange, int status, String type, JsonObject body)
      throws IOException {
    byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private String at(String path) {
    return "https://localhost:" + server.getAddress().getPort() + path;
  }

  private AcmeOptions options(Path trust) {
    return new AcmeOptions(
        List.of("a.example.test"), null, URI.create(at("/dir")), directory.resolve("s"), trust);
  }

  private static void order(AcmeOptions options) throws Exception {
    CertificateStorage storage = new CertificateStorage(options);
    try (StorageLock lock = storage.tryLock()) {
      assertThat(lock).isNotNull();
      new Acme4j(options).order(storage);
    }
  }

  @Test
  void saysWhenAnAuthorityWithARateLimitWantsToBeAskedAgain() {
    refusal =
        new JsonObject()
            .put("type", "urn:ietf:params:acme:error:rateLimited")
            .put("detail", "too many certificates already issued");
    assertThatThrownBy(() -> order(options(directory.resolve("cert.pem"))))
        .isInstanceOfSatisfying(
            AuthorityException.class,
            problem -> {
              assertThat(problem).hasMessageContaining("too many certificates already issued");
              assertThat(problem.retryAfter())
                  .isBetween(
                      Instant.now().plus(Duration.ofMinutes(100)),
                      Instant.now().plus(Duration.ofMinutes(121)));
            });
  }

  @ParameterizedTest
  @CsvSource({"pending, PENDING", "valid, PROCESSING"})
  void givesUpWhenAnAuthorityWantsLongerThanAMinute(String proof, String said) {
    this.proof = proof;
    Instant before = Instant.now();
    assertThatThrownBy(() -> order(options(directory.resolve("cert.pem"))))
        .isInstanceOfSatisfying(
            AuthorityException.class,
            problem -> {
              assertThat(problem)
                  .hasMessageStartingWith(
                      "the status is " + said + "; the authority asks to wait until ");
              assertThat(problem.retryAfter())
                  .isBetween(
                      before.plus(Duration.ofMinutes(119)),
                      Instant.now().plus(Duration.ofMinutes(121)));
            });
  }

  @Test
  void saysWhatToDoWithADamagedAccountKey() throws Exception {
    AcmeOptions options = options(directory.resolve("cert.pem"));
    Path key = options.file().resolveSibling("account.pem");
    Files.createDirectories(key.getParent());
    for (String damaged : List.of("", "what is this", damaged())) {
      Files.writeString(key, damaged);
      assertThatThrownBy(() -> order(options))
          .isInstanceOf(FaultyFileException.class)
          .hasMessageStartingWith(key + " is no account key: ")
          .hasMessageEndingWith("; remove it, and a new account is made");
    }
    Files.delete(key);
    proof = "valid";
    assertThatThrownBy(() -> order(options)).isInstanceOf(AuthorityException.class);
    assertThat(Pem.keys(Files.readString(key))).isNotNull();
  }

  /** A key with a byte or two of its text changed. */
  private static String damaged() throws Exception {
    return Pem.both(Pem.newKeys()).replace("KEY-----\nM", "KEY-----\nA=");
  }

  @Test
  void saysWhatToDoWithAFileOfRootsWithoutCertificates() throws Exception {
    Path trust = directory.resolve("roots.pem");
    for (String none : List.of("", "-----BEGIN CERTIFICATE-----\nAAAA\n")) {
      Files.writeString(trust, none);
      assertThatThrownBy(() -> order(options(trust)))
          .isInstanceOf(FaultyFileException.class)
          .hasMessageStartingWith(trust + " holds no certificate")
          .hasMessageContaining("tls.acme.trust");
    }
  }

  @Test
  void doesNotTrustADirectoryWithAnUnknownRoot() {
    assertThatThrownBy(() -> order(options(null)))
        .isInstanceOf(AuthorityException.class)
        .hasMessageContaining("unable to find valid certification path");
  }
}
