package io.github.vertxlifecycle.devservices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are told to end, and processes that do. */
final class LeashTest {

  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path directory;
  private Path temporary;

  @BeforeEach
  void makeTemporary() throws IOException {
    temporary = Files.createDirectory(directory.resolve("temporary"));
  }

  private Leash start(String script) throws IOException {
    return Leash.start(
        "test", "TERM", directory.resolve("pid"), temporary, List.of("sh", "-c", script), "ready");
  }

  private static int end(Leash leash) throws Exception {
    return leash.ended().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void endsWithItsSignalAndItsTemporaryDirectoryIsDeleted() throws Exception {
    Leash leash = start("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.1; done");
    leash.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);

    leash.stop();
    leash.stop();

    assertThat(end(leash)).isEqualTo(7);
    assertThat(leash.last()).containsExactly("ready", "bye");
    assertThat(temporary).doesNotExist();
  }

  @Test
  void oneThatEndsByItselfIsNeverReadyAndLeavesItsDirectory() throws Exception {
    Leash leash = start("echo out of luck; exit 3");

    assertThat(end(leash)).isEqualTo(3);
    assertThatThrownBy(() -> leash.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .hasMessageContaining("the server process ended with exit code 3: out of luck");
    assertThat(temporary).exists();
  }

  @Test
  void oneThatHearsNoSignalIsKilled() throws Exception {
    Leash leash = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    leash.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    leash.stop();

    leash.kill();

    assertThat(end(leash)).isNotZero();
  }
}
