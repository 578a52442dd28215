package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.acme.AcmeOptions;
import io.github.vertxlifecycle.acme.Pebble;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
  private static final Pattern ASKING_AGAIN = Pattern.compile("asking .* for the next certificate");
  private static final Pattern ASKING = Pattern.compile("asking .* for a certificate");

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

  private ApplicationProcess start(String drainTimeout, int redirectPort) {
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
    return ApplicationProcess.of(AcmeApp.class)
        .config(new JsonObject().put("http", http).encode())
        .start();
  }

  private ApplicationProcess start(String drainTimeout) {
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

  @Test
  void finishesARenewalThatIsUnderWayAtASignal() throws Exception {
    String due = due();
    pebble.freeze();
    try (ApplicationProcess process = start("20s").started()) {
      process.says(ASKING_AGAIN);
      process.signal(Signal.TERM).says("http: draining, 1 in flight");
      pebble.unfreeze();
      ProcessEnd end = process.ends().exitedWith(0);
      assertThat(end.component("http").outcome()).isEqualTo(Outcome.CLEAN);
      assertThat(end.output()).contains("certificate for " + DOMAIN + " issued");
    }
    assertThat(Files.readString(certificateFile())).isNotEqualTo(due);
    assertThat(pebble.issued()).isEqualTo(1);
    assertThat(files()).containsExactlyInAnyOrder("account.pem", DOMAIN + ".pem", "lock");
  }

  @Test
  void abandonsARenewalAtItsDeadlineAndLeavesNoHalfAFile() throws Exception {
    String due = due();
    pebble.freeze();
    try (ApplicationProcess process = start("1s").started()) {
      process.says(ASKING_AGAIN);
      ProcessEnd end = process.signal(Signal.TERM).ends().exitedWith(124);
      assertThat(end.component("http").outcome()).isEqualTo(Outcome.CUT);
      assertThat(end.component("http").cut())
          .extracting(CutWork::what)
          .anyMatch(what -> what.startsWith("certificate for " + DOMAIN + " from localhost:"));
    }
    assertThat(Files.readString(certificateFile())).isEqualTo(due);
    assertThat(files()).containsExactlyInAnyOrder("account.pem", DOMAIN + ".pem", "lock");
  }

  @Test
  void asksOnceForProcessesThatShareAStorageAndGoesOnWhenOneIsKilled() throws Exception {
    pebble.freeze();
    try (ApplicationProcess killed = start("20s", 0)) {
      killed.says(ASKING);
      try (ApplicationProcess other = start("20s");
          ApplicationProcess third = start("20s", 0)) {
        assertThat(other.port("http")).isPositive();
        assertThat(third.port("http")).isPositive();
        killed.signal(Signal.KILL).ends().exitedWith(137);
        pebble.unfreeze();
        other.started();
        third.started();
        assertThat(pebble.issued()).isEqualTo(1);
        other.signal(Signal.TERM);
        third.signal(Signal.TERM);
        other.ends().exitedWith(0);
        third.ends().exitedWith(0);
      }
    }
  }
}
