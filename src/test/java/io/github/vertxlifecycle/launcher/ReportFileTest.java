package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportFileTest {

  @TempDir Path dir;

  @Test
  void replacesTheFileAndLeavesNothingBesideIt() throws IOException {
    Path file = Files.writeString(dir.resolve("report.json"), "an old one, longer than the new");

    ReportFile.write(file, "new");

    assertThat(file).hasContent("new");
    assertThat(dir).isDirectoryContaining(path -> path.equals(file));
    try (var files = Files.list(dir)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void writesInPlaceWhereNothingCanBePutBeside() throws IOException {
    // what Kubernetes mounts: a file, in a directory in which this process makes none; here no name
    // fits beside it because it is as long as a name may be
    Path file = Files.writeString(dir.resolve("r".repeat(255)), "old");

    ReportFile.write(file, "new");

    assertThat(file).hasContent("new");
  }

  @Test
  void writesToADevice() throws IOException {
    ReportFile.write(Path.of("/dev/null"), "gone");

    assertThat(Path.of("/dev/null")).exists();
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void failsWhereThereIsNoDirectory() {
    assertThatThrownBy(() -> ReportFile.write(dir.resolve("no/report.json"), "x"))
        .isInstanceOf(IOException.class);
  }
}
