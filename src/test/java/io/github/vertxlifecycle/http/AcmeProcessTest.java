package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.acme.AcmeOptions;
import io.github.vertxlifecycle.acme.Pebble;
import io.github.vertxlifecycle.sample.LinksProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole processes, real signals, and an authority that answers when the test wants it to. */
@Tag("integration")
@Tag("pebble")
final class AcmeProcessTest {

  private static final String DOMAIN = "links.example.test";
  private static final Pattern STARTED = Pattern.compile("Started in");
  private static final Pattern LISTENING = Pattern.compile("http: listening on");
  private static final Pattern ASKING_AGAIN = Pattern.compile("asking .* for the next certificate");
  private static final Pattern ASKING = Pattern.compile("asking .* for a certificate");
  private static final Pattern DRAINING = Pattern.compile("http: draining, 1 in flight");

  @TempDir Path directory;
  @TempDir Path storage;
  private Pebble pebble;

  @BeforeEach
  void startPebble() throws Exception {
    pebble = Pebble.start(directory, Duration.ofDays(90));
  }

  @AfterEach
  void stopPebble() {
    if (pebble != null) {
      pebble.close();
    }
  }

  private LinksProcess start(String drainTimeout, int redirectPort) throws Exception {
    JsonObject http =
        new JsonObject()
            .put("host", "127.0.0.1")
            .put("port", 0)
            .put("drainTimeout", drainTimeout)
            .put(
                "tls",
                new JsonObject()
                    .put("redirectPort", redirectPort)
                    .put("acme", pebble.section(storage, DOMAIN)));
    return LinksProcess.start(
        directory, new JsonObject().put("http", http), AcmeApp.class, Map.of());
  }

  private LinksProcess start(String drainTimeout) throws Exception {
    return start(drainTimeout, pebble.httpPort());
  }

  private Path certificateFile() {
    return new AcmeOptions(List.of(DOMAIN), null, pebble.directory(), storage, null).file();
  }

  /** Puts a certificate into the storage that is good for another day, and due. */
  private String due() throws Exception {
    Path made = Files.createDirectory(directory.resolve("due"));
    Certificates.make(made, "due", "-89d", 90);
    Files.createDirectories(certificateFile().getParent());
    String pem =
        Files.readString(made.resolve("cert.pem")) + Files.readString(made.resolve("key.pem"));
    Files.writeString(certificateFile(), pem);
    return pem;
  }

  private List<String> files() throws Exception {
    try (Stream<Path> all = Files.walk(storage)) {
      return all.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
    }
  }

  private static JsonObject http(LinksProcess process) throws Exception {
    return process.report().getJsonArray("components").stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("name").equals("http"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void finishesARenewalThatIsUnderWayAtASignal() throws Exception {
    String due = due();
    pebble.freeze();
    try (LinksProcess process = start("20s")) {
      process.awaitLine(STARTED);
      process.awaitLine(ASKING_AGAIN);
      process.signal("TERM");
      process.awaitLine(DRAINING);
      pebble.unfreeze();
      assertThat(process.awaitExit()).as(process.output()).isZero();
      assertThat(http(process).getString("outcome")).isEqualTo("CLEAN");
      assertThat(process.output()).contains("certificate for " + DOMAIN + " issued");
    }
    assertThat(Files.readString(certificateFile())).isNotEqualTo(due);
    assertThat(pebble.issued()).isEqualTo(1);
    assertThat(files()).containsExactlyInAnyOrder("account.pem", DOMAIN + ".pem", "lock");
  }

  @Test
  void abandonsARenewalAtItsDeadlineAndLeavesNoHalfAFile() throws Exception {
    String due = due();
    pebble.freeze();
    try (LinksProcess process = start("1s")) {
      process.awaitLine(STARTED);
      process.awaitLine(ASKING_AGAIN);
      process.signal("TERM");
      assertThat(process.awaitExit()).as(process.output()).isEqualTo(124);
      assertThat(http(process).getString("outcome")).isEqualTo("CUT");
      assertThat(http(process).encode()).contains("certificate for " + DOMAIN + " from localhost:");
    }
    assertThat(Files.readString(certificateFile())).isEqualTo(due);
    assertThat(files()).containsExactlyInAnyOrder("account.pem", DOMAIN + ".pem", "lock");
  }

  @Test
  void asksOnceForProcessesThatShareAStorageAndGoesOnWhenOneIsKilled() throws Exception {
    pebble.freeze();
    try (LinksProcess killed = start("20s", 0)) {
      killed.awaitLine(ASKING);
      try (LinksProcess other = start("20s");
          LinksProcess third = start("20s", 0)) {
        other.awaitLine(LISTENING);
        third.awaitLine(LISTENING);
        killed.signal("KILL");
        assertThat(killed.awaitExit()).isEqualTo(137);
        pebble.unfreeze();
        other.awaitLine(STARTED);
        third.awaitLine(STARTED);
        assertThat(pebble.issued()).isEqualTo(1);
        other.signal("TERM");
        third.signal("TERM");
        assertThat(other.awaitExit()).as(other.output()).isZero();
        assertThat(third.awaitExit()).as(third.output()).isZero();
      }
    }
  }
}
