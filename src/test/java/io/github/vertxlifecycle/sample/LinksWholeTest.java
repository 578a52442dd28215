package io.github.vertxlifecycle.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.acme.Pebble;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample with all of its features: its own servers, events, QR codes, HTTPS by ACME. */
@Tag("integration")
@Tag("pebble")
final class LinksWholeTest {

  @TempDir Path directory;

  private JsonObject config(int port, Pebble pebble) {
    JsonObject config = LinksQrTest.config(directory).put("events", new JsonObject());
    config
        .getJsonObject("http")
        .put("port", port)
        .put(
            "tls",
            new JsonObject()
                .put("redirectPort", pebble.httpPort())
                .put(
                    "acme",
                    new JsonObject()
                        .put("domains", new JsonArray().add("links.example.test"))
                        .put("directory", pebble.directory().toString())
                        .put("trust", pebble.trust().toString())
                        .put("storage", directory.resolve("acme").toString())));
    return config;
  }

  @Test
  void startsServesAndStopsInOrder() throws Exception {
    int port = FreePorts.one();
    try (Pebble pebble = Pebble.start(directory, Duration.ofDays(90));
        ApplicationProcess process = Servers.links(config(port, pebble)).start()) {
      process.started();
      try (HttpClientConnection https = new HttpClientConnection(port, true)) {
        https.send(HttpClientConnection.post("/links", "{\"url\":\"https://vertx.io/\"}"));
        String code = new JsonObject(https.read().body()).getString("code");
        assertThat(https.request("/links/" + code + "/qr").status()).isEqualTo(200);
        assertThat(https.request("/" + code).status()).isEqualTo(302);
      }

      ProcessEnd end = process.signal(Signal.TERM).ends().exitedWith(0);

      assertThat(end.report().outcome()).isEqualTo(Outcome.CLEAN);
      assertThat(end.stopped())
          .startsWith("http")
          .containsExactlyInAnyOrder(
              "http",
              "hits",
              "events",
              "qr",
              "s3",
              "postgres",
              "redis",
              "embedded-s3",
              "embedded-postgres",
              "embedded-redis")
          .containsSubsequence("qr", "s3", "embedded-s3")
          .containsSubsequence("events", "postgres", "embedded-postgres")
          .containsSubsequence("hits", "postgres", "embedded-postgres")
          .containsSubsequence("hits", "redis", "embedded-redis");
    }
  }
}
