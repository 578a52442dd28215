package io.github.vertxlifecycle.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.acme.Pebble;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.junit5.ApplicationCommand;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample over HTTPS, with the configuration as it is documented. */
@Tag("integration")
@Tag("pebble")
final class LinksHttpsTest {

  private static final String DOMAIN = "links.example.test";

  @TempDir Path directory;

  @Test
  void servesOverHttpsWithACertificateOfItsOwnAndStopsInOrder() throws Exception {
    int port = FreePorts.one();
    int management = FreePorts.one();
    try (Servers servers = new Servers();
        Pebble pebble = Pebble.start(directory, Duration.ofDays(90))) {
      JsonObject stores = servers.config();
      Map<String, String> environment =
          Map.ofEntries(
              Map.entry("LINKS_DOMAIN", DOMAIN),
              Map.entry("ACME_DIRECTORY", pebble.directory().toString()),
              Map.entry("ACME_TRUST", pebble.trust().toString()),
              Map.entry("ACME_STORAGE", directory.resolve("acme").toString()),
              Map.entry("HTTP_HOST", "127.0.0.1"),
              Map.entry("HTTP_PORT", Integer.toString(port)),
              Map.entry("REDIRECT_PORT", Integer.toString(pebble.httpPort())),
              Map.entry("MANAGEMENT_PORT", Integer.toString(management)),
              Map.entry("POSTGRES_URI", stores.getJsonObject("postgres").getString("uri")),
              Map.entry(
                  "PGPASSWORD", stores.getJsonObject("postgres").getString("password", "postgres")),
              Map.entry("REDIS_URI", stores.getJsonObject("redis").getString("uri")));
      ApplicationCommand command =
          ApplicationProcess.of(LinksApp.class).configFile(Path.of("conf", "https.conf"));
      environment.forEach(command::environment);
      try (ApplicationProcess process = command.start()) {
        process.started();
        try (HttpClientConnection https = new HttpClientConnection(port, true)) {
          https.send(HttpClientConnection.post("/links", "{\"url\":\"https://vertx.io/\"}"));
          assertThat(https.read().status()).isEqualTo(201);
        }
        try (HttpClientConnection plain = new HttpClientConnection(pebble.httpPort())) {
          assertThat(plain.request("/links").headers())
              .containsEntry("location", "https://test:" + port + "/links");
        }
        assertThat(pebble.issued()).isEqualTo(1);
        ProcessEnd end = process.signal(Signal.TERM).ends().exitedWith(0);
        assertThat(end.stopped()).startsWith("http", "hits").contains("postgres", "redis");
        assertThat(end.report().outcome()).isEqualTo(Outcome.CLEAN);
      }
    }
  }
}
