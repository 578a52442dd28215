package io.github.vertxlifecycle.junit5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Where pictures of stops go: beside the report of the tests. */
final class PictureFile {

  /** Says another directory. */
  static final String DIRECTORY = "vertx-lifecycle.reports";

  private static final int LONGEST_NAME = 120;
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private PictureFile() {}

  /**
   * Writes a picture into a file that was not there.
   *
   * @param name what it shows; what no file's name should have in it is replaced
   * @param svg the picture
   * @throws UncheckedIOException if it cannot be written
   */
  static Path save(String name, String svg) {
    Path directory = directory();
    String plain = name.replaceAll("[^\\p{Alnum}._-]+", "-").replaceAll("-+$", "");
    String whole =
        "%s-%s-%s.svg"
            .formatted(
                plain.substring(0, Math.min(LONGEST_NAME, plain.length())),
                ProcessHandle.current().pid(), // a fork of Surefire is one process of several
                NUMBERS.incrementAndGet());
    try {
      Files.createDirectories(directory);
      return Files.write(directory.resolve(whole), svg.getBytes(StandardCharsets.UTF_8))
          .toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException("it cannot be written to " + directory, e);
    }
  }

  private static Path directory() {
    String said = System.getProperty(DIRECTORY, "");
    if (!said.isBlank()) {
      return Path.of(said);
    }
    Path target = Path.of(System.getProperty("basedir", "")).resolve("target"); // as Surefire says
    return Files.isDirectory(target)
        ? target.resolve("surefire-reports")
        : Path.of(System.getProperty("java.io.tmpdir", "."));
  }
}
