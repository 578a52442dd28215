package io.github.vertxlifecycle.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * A planted hang, a transaction held by a lock: the places that name it, and the page that an
 * operator sees.
 */
@Tag("integration")
final class LinksPageTest {

  private static Servers servers;

  @TempDir Path directory;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void startServers() {
    servers = new Servers();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  @BeforeEach
  void clear() {
    servers.clear();
  }

  private static JsonObject config(int management) {
    return servers
        .config()
        .put("management", new JsonObject().put("port", management))
        .put("lifecycle", new JsonObject().put("captureOrigins", true));
  }

  private CompletableFuture<HttpResponse<String>> createLink(int port) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/links"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"url\":\"https://example.com/\"}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonObject lifecycle(int port) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/lifecycle")).build();
    return new JsonObject(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private static JsonObject component(JsonObject lifecycle, String name) {
    return lifecycle.getJsonArray("components").stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Asks until the request is in flight: it is on its way, and there is no event to wait for. */
  private JsonObject awaitWork(int management) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < until) {
      JsonObject http = component(lifecycle(management), "http");
      if (http.getInteger("inFlight") > 0) {
        return http.getJsonArray("work").getJsonObject(0);
      }
    }
    throw new AssertionError("no request in flight");
  }

  private static SqlConnection lock() {
    SqlConnection connection = Servers.await(servers.pool.getConnection());
    Transaction transaction = Servers.await(connection.begin());
    assertThat(transaction).isNotNull();
    Servers.await(connection.query("LOCK TABLE links IN ACCESS EXCLUSIVE MODE").execute());
    return connection;
  }

  @Test
  void aTransactionHeldByALockIsNamedEverywhere() throws Exception {
    int management = FreePorts.one();
    try (ApplicationProcess process = Servers.links(config(management)).start()) {
      int port = process.started().port("http");
      SqlConnection lock = lock();
      CompletableFuture<HttpResponse<String>> answer = createLink(port);
      awaitWork(management);

      long asked = System.nanoTime();
      JsonObject work =
          component(lifecycle(management), "http").getJsonArray("work").getJsonObject(0);
      assertThat(System.nanoTime() - asked).isLessThan(TimeUnit.SECONDS.toNanos(1));
      assertThat(work.getString("name")).isEqualTo("POST /links");
      assertThat(work.getString("peer")).startsWith("127.0.0.1:");
      assertThat(work.getLong("ageMs")).isNotNegative();
      assertThat(work.getJsonArray("origin")).isNotEmpty();

      long stopped = System.nanoTime();
      process.signal(Signal.TERM);
      process.says(Pattern.compile("http: draining for .* POST /links from 127.0.0.1:[0-9]+ \\("));
      assertThat(System.nanoTime() - stopped).isLessThan(TimeUnit.SECONDS.toNanos(5));

      ProcessEnd end = process.signal(Signal.TERM).ends().exitedWith(143); // cut it
      assertThat(end.component("http").cut())
          .extracting(CutWork::what)
          .anyMatch(what -> what.startsWith("POST /links from 127.0.0.1:"));
      assertThat(answer).failsWithin(java.time.Duration.ofSeconds(60));
      Servers.await(lock.close());
    }
  }

  @Tag("browser")
  @Test
  void thePageShowsTheHangTheStopAndTheOutcome() throws Exception {
    int management = FreePorts.one();
    Path pictures = Path.of("target", "screenshots");
    try (Browser browser = Browser.open(Files.createDirectory(directory.resolve("profile")));
        ApplicationProcess process = Servers.links(config(management)).start()) {
      int port = process.started().port("http");
      browser.look("http://127.0.0.1:" + management + "/");
      browser.awaitText("#phase", "running"::equals);
      assertThat(browser.text("#application")).isEqualTo("LinksApp");
      assertThat(browser.labels())
          .hasSize(4)
          .anyMatch(said -> said.startsWith("hits: running") && said.endsWith("postgres, redis"));
      assertThat(browser.focusAndPress("[data-component=http]", Keys.ARROW_DOWN)).isEqualTo("hits");

      SqlConnection lock = lock();
      CompletableFuture<HttpResponse<String>> answer = createLink(port);
      browser.awaitText("#work tbody", text -> text.contains("POST /links"));
      photographs(browser, pictures, "running");

      process.signal(Signal.TERM);
      browser.awaitText("#phase", "stopping"::equals);
      browser.awaitText(
          "#waiting", text -> text.contains("http drains: waits for POST /links from 127.0.0.1:"));
      assertThat(browser.text("#waiting")).contains("hits waits for http to stop");
      browser.awaitText("[data-component=http] .state", text -> text.startsWith("draining"));
      photographs(browser, pictures, "stopping");

      Servers.await(lock.close());
      assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
      process.ends().exitedWith(0);
      browser.awaitText("#gone", text -> text.contains("The process has gone: CLEAN"));
      assertThat(browser.text("#phase")).isEqualTo("stopped: clean");
      assertThat(browser.labels()).allMatch(said -> said.contains(": stopped: clean"));
      photographs(browser, pictures, "ended");
    }
  }

  private static void photographs(Browser browser, Path folder, String when) {
    browser.show(1280, false);
    browser.photograph(folder.resolve(when + "-light.png"));
    browser.show(1280, true);
    browser.photograph(folder.resolve(when + "-dark.png"));
    browser.show(390, true);
    assertThat(browser.scrollsSideways()).as("%s on a phone", when).isFalse();
    browser.photograph(folder.resolve(when + "-phone.png"));
  }
}
