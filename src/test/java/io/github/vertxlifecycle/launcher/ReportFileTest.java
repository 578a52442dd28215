package io.github.vertxlifecycle.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportFileTest {

  @TempDir Path dir;

  private static void write(Path file, String text) throws IOException {
    ReportFile.of(file.toString()).write(text, true);
  }

  private static String problem(Path file) {
    return ReportFile.of(file.toString()).problem();
  }

  private void thereIsOnly(Path... files) throws IOException {
    try (var all = Files.list(dir)) {
      assertThat(all).containsExactlyInAnyOrder(files);
    }
  }

  // ── the end ──

  @Test
  void replacesTheFileAndLeavesNothingBesideIt() throws IOException {
    Path file = Files.writeString(dir.resolve("report.json"), "an old one, longer than the new");

    write(file, "new");

    assertThat(file).hasContent("new");
    thereIsOnly(file);
  }

  @Test
  void aReaderOfTheOldFileGoesOnReadingThat() throws IOException {
    Path file = Files.writeString(dir.resolve("report.json"), "old");

    try (var reader = Files.newBufferedReader(file)) {
      write(file, "new");

      assertThat(reader.readLine()).isEqualTo("old");
    }
  }

  @Test
  void aNewFileHasTheRightsOfAnyNewFile() throws IOException {
    Path plain = Files.createFile(dir.resolve("plain"));
    Path file = dir.resolve("report.json");

    write(file, "new");

    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void aFileThatIsReplacedKeepsItsRights() throws IOException {
    Path file = Files.writeString(dir.resolve("report.json"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));

    write(file, "new");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-rw-r--");
  }

  @Test
  void aNameMayBeAsLongAsTheSystemTakes() throws IOException {
    Path file = dir.resolve("r".repeat(255));

    assertThat(problem(file)).isNull();
    write(file, "new");

    assertThat(file).hasContent("new");
    thereIsOnly(file);
  }

  @Test
  void aLinkStaysOneAndTheFileItNamesIsReplaced() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("there"));
    Path file = Files.writeString(folder.resolve("report.json"), "old");
    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("there/report.json"));
    Path second = Files.createSymbolicLink(dir.resolve("second"), link);

    assertThat(problem(second)).isNull();
    write(second, "new");

    assertThat(second).isSymbolicLink();
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
    thereIsOnly(folder, link, second);
  }

  @Test
  void aLinkToAFileThatDoesNotExistYetMakesIt() throws IOException {
    Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("report.json"));

    assertThat(problem(link)).isNull();
    write(link, "new");

    assertThat(link).isSymbolicLink();
    assertThat(dir.resolve("report.json")).hasContent("new");
  }

  /** An ordinary user can make no file there and writes in place; root can, and replaces it. */
  @Test
  void writesAFileInAFolderThatTakesNoNewOne() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("closed"));
    Path file = Files.writeString(folder.resolve("report.json"), "an old one, longer");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assertThat(problem(file)).isNull();
      write(file, "new");

      assertThat(file).hasContent("new");
    } finally {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ol", "old", "an old one, longer than the new"})
  void inPlaceTheNewTextIsAllThatIsThere(String old) throws IOException {
    Path file = Files.writeString(dir.resolve("report.json"), old);
    Object inode = Files.getAttribute(file, "unix:ino");

    ReportFile.overwrite(file, ByteBuffer.wrap("new".getBytes(UTF_8)), true);

    assertThat(file).hasContent("new");
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
  }

  @Test
  void writesToADevice() throws IOException {
    write(Path.of("/dev/null"), "gone");

    assertThat(Path.of("/dev/null")).exists();
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void aDeviceThatIsFullFails() {
    assertThatThrownBy(() -> write(Path.of("/dev/full"), "x")).isInstanceOf(IOException.class);
  }

  @Test
  void failsWhereThereIsNoDirectory() {
    assertThatThrownBy(() -> write(dir.resolve("no/report.json"), "x"))
        .isInstanceOf(IOException.class);
  }

  // ── before the start ──

  @Test
  void aCheckChangesNothing() throws IOException {
    Path file = Files.writeString(dir.resolve("report.json"), "old");

    assertThat(problem(file)).isNull();
    assertThat(problem(dir.resolve("new.json"))).isNull();

    assertThat(file).hasContent("old");
    thereIsOnly(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/null", "/dev/full", "/dev/stdout", "/dev/stderr", "/dev/fd/1"})
  void devicesAreRight(String device) {
    assertThat(problem(Path.of(device))).isNull();
  }

  /** Linux opens the file behind it once more, and then would write into it. */
  @Test
  void aDescriptorThatIsOpenToBeReadIsRefusedAndKeepsItsFile() throws IOException {
    Path jar = Files.writeString(dir.resolve("a.jar"), "content");
    try (InputStream open = Files.newInputStream(jar)) {
      assertThat(open).isNotNull();
      Path descriptor = descriptorOf(jar);
      assertThat(problem(descriptor)).endsWith("; name a file, /dev/stdout or /dev/stderr");
      assertThatThrownBy(() -> write(descriptor, "report")).isInstanceOf(IOException.class);
    }
    assertThat(jar).hasContent("content");
  }

  private static Path descriptorOf(Path file) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(one -> file.equals(target(one))).findFirst().orElseThrow();
    }
  }

  private static @Nullable Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      return null; // it has been closed meanwhile
    }
  }

  @Test
  void aFolderIsNoFile() {
    assertThat(problem(dir)).isEqualTo(dir + " is a folder; name a file in it");
  }

  @Test
  void aLinkToAFolderIsNoFile() throws IOException {
    Path link = Files.createSymbolicLink(dir.resolve("link"), dir);

    assertThat(problem(link)).isEqualTo(dir + " is a folder; name a file in it");
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));

    assertThat(problem(file.resolve("report.json"))).startsWith(file + " is not a folder");
  }

  @Test
  void aFolderMustExist() {
    assertThat(problem(dir.resolve("no/report.json")))
        .startsWith("the folder " + dir.resolve("no") + " does not exist");
  }

  @Test
  void theFolderOfALinksTargetMustExist() throws IOException {
    Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("no/report.json"));

    assertThat(problem(link)).startsWith("the folder " + dir.resolve("no") + " does not exist");
  }

  @Test
  void aLinkThatLeadsToItselfIsNoFile() throws IOException {
    Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("link"));

    assertThat(problem(link)).startsWith(link + " cannot be written (");
  }

  @Test
  void aNameThatIsTooLongIsNoFile() {
    assertThat(problem(dir.resolve("r".repeat(256)))).contains(" cannot be written (");
  }

  @Test
  void theSystemsOwnFoldersTakeNoFile() {
    assertThat(problem(Path.of("/proc/report.json"))).startsWith("no file can be made in /proc (");
  }
}
