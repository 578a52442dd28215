package io.github.vertxlifecycle.launcher;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file so that no reader sees a half of it, where that is possible. */
final class ReportFile {

  private ReportFile() {}

  /**
   * Writes beside the file and moves it into place. Where the directory or the file's nature does
   * not allow that ({@code /dev/termination-log}, mounted as a single file), writes in place.
   *
   * @throws IOException if neither works
   */
  static void write(Path file, String text) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      Files.writeString(file, text);
      return;
    }
    Path absolute = file.toAbsolutePath();
    Path beside =
        absolute.resolveSibling(absolute.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.writeString(beside, text);
      move(beside, absolute);
    } catch (IOException e) {
      delete(beside);
      Files.writeString(file, text);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // it was never made, or stays; the report itself is what counts
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
