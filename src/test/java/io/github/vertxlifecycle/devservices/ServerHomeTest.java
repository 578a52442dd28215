package io.github.vertxlifecycle.devservices;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that a server leaves behind. */
@Tag("integration")
final class ServerHomeTest {

  @TempDir Path directory;

  @Test
  void aTemporaryDirectoryIsDeleted() throws Exception {
    ServerHome home = ServerHome.open("server", null);
    Files.createDirectories(home.data().resolve("deep"));
    Files.writeString(home.data().resolve("deep").resolve("file"), "x");

    home.close();

    assertThat(home.directory()).doesNotExist();
  }

  @Test
  void aGivenDirectoryIsKept() throws Exception {
    ServerHome home = ServerHome.open("server", directory);
    Files.createDirectories(home.data());

    home.close();

    assertThat(home.data()).exists();
    ServerHome.open("server", directory).close();
  }

  @Test
  void aProcessThatOnlyHasThePidOfAnEarlierServerIsLeftAlone() throws Exception {
    Process other = new ProcessBuilder("cat").start();
    try (ServerHome home = ServerHome.open("server", directory)) {
      Files.writeString(home.pidFile(), other.pid() + "\n");
      Files.setLastModifiedTime(
          home.pidFile(), FileTime.from(Instant.now().minus(Duration.ofHours(1))));

      home.endLeftOver("TERM");

      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aPidFileThatHoldsNoPidIsIgnored() throws Exception {
    try (ServerHome home = ServerHome.open("server", directory)) {
      Files.writeString(home.pidFile(), "half a p");

      home.endLeftOver("TERM");
    }
  }
}
