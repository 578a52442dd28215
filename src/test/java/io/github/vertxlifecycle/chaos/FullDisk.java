package io.github.vertxlifecycle.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small disk of its own under PostgreSQL, in memory, which can be filled. Only root may make one.
 */
final class FullDisk {

  private static final String FILLER = "filler";
  private static final long MEGABYTES = 160;

  private FullDisk() {}

  /** Mounts the disk; false if that is not allowed here. */
  static boolean mount(Path directory) throws IOException {
    Files.createDirectories(directory);
    return run(
        "mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", directory.toString());
  }

  /** Unmounts the disk; without effect if there is none. */
  static void unmount(Path directory) {
    run("umount", "-l", directory.toString());
  }

  private static boolean run(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Leaves no byte free. */
  static void fill(Path directory) throws IOException {
    try (var out = Files.newOutputStream(directory.resolve(FILLER))) {
      byte[] bytes = new byte[64 * 1024];
      for (long i = 0; i < MEGABYTES * 16; i++) {
        out.write(bytes);
      }
    } catch (IOException full) {
      // a full disk is the purpose
    }
  }

  static void free(Path directory) {
    try {
      Files.deleteIfExists(directory.resolve(FILLER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
