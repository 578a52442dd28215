package io.github.vertxlifecycle.devservices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are asked to end, and processes that end by themselves. */
@Tag("integration")
final class GuardedProcessTest {

  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path directory;
  private Path temporary;

  @BeforeEach
  void makeTemporary() throws IOException {
    temporary = Files.createDirectory(directory.resolve("temporary"));
  }

  private GuardedProcess start(String script) throws IOException {
    return GuardedProcess.start(
        "test", "TERM", directory.resolve("pid"), temporary, List.of("sh", "-c", script), "ready");
  }

  private static int end(GuardedProcess guarded) throws Exception {
    return guarded.ended().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void endsWithItsSignalAndItsTemporaryDirectoryIsDeleted() throws Exception {
    GuardedProcess guarded =
        start("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.1; done");
    guarded.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);

    guarded.stop();
    guarded.stop();

    assertThat(end(guarded)).isEqualTo(7);
    assertThat(guarded.last()).containsExactly("ready", "bye");
    assertThat(temporary).doesNotExist();
  }

  @Test
  void aProcessThatEndsByItselfIsNeverReadyAndLeavesItsDirectory() throws Exception {
    GuardedProcess guarded = start("echo out of luck; exit 3");

    assertThat(end(guarded)).isEqualTo(3);
    assertThatThrownBy(() -> guarded.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .hasMessageContaining("the server process ended with exit code 3: out of luck");
    assertThat(temporary).exists();
  }

  @Test
  void aProcessThatIgnoresItsSignalIsKilled() throws Exception {
    GuardedProcess guarded = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    guarded.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    guarded.stop();

    guarded.kill();

    assertThat(end(guarded)).isNotZero();
  }
}
