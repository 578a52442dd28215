package io.github.vertxlifecycle.sample;

import io.github.vertxlifecycle.junit5.LifecycleExtension;
import io.github.vertxlifecycle.junit5.RandomStop;
import io.github.vertxlifecycle.junit5.StopAtRandomMoments;
import io.github.vertxlifecycle.junit5.StopLoad;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first promise of the sample once more, in one process, and with faults beside the stop. */
@Tag("integration")
final class LinksRandomStopTest {

  private static Servers servers;

  @RegisterExtension
  final LifecycleExtension app =
      LifecycleExtension.of(LinksApp::new)
          .config(servers.config())
          .config("http.linger = 50ms, lifecycle.stopTimeout = 10s");

  @BeforeAll
  static void startServers() {
    servers = new Servers();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  @StopAtRandomMoments(rounds = 20)
  void aLinkThatWasMadeIsThere(RandomStop stop, WebClient client) {
    String ours = "https://example.com/" + stop.seed() + "/";
    StopLoad<String> links =
        stop.load(
            16,
            n -> ours + n,
            url -> client.post("/links").sendJsonObject(new JsonObject().put("url", url)));

    stop.await();

    links.requireIn(servers.urls().values().stream().filter(url -> url.startsWith(ours)).toList());
  }
}
