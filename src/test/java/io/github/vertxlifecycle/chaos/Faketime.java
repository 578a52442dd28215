package io.github.vertxlifecycle.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A wall clock that jumps, for one process alone, by libfaketime where that is installed. The
 * monotonic clock goes on, as it does when a kernel's wall clock is set.
 */
final class Faketime {

  private static final String VARIABLE = "LIBFAKETIME";
  private static final List<String> PLACES =
      List.of(
          "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
          "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
          "/usr/lib64/faketime/libfaketimeMT.so.1");

  private Faketime() {}

  private static Optional<Path> library() {
    return Stream.concat(Stream.ofNullable(System.getenv(VARIABLE)), PLACES.stream())
        .map(Path::of)
        .filter(Files::exists)
        .findFirst();
  }

  static boolean isThere() {
    return library().isPresent();
  }

  static Map<String, String> environment(boolean wanted, Path directory) throws IOException {
    if (!wanted) {
      return Map.of();
    }
    Files.writeString(file(directory), "+0");
    return Map.of(
        "LD_PRELOAD",
        library().orElseThrow().toString(),
        "FAKETIME_TIMESTAMP_FILE",
        file(directory).toString(),
        "FAKETIME_CACHE_DURATION",
        "1",
        "DONT_FAKE_MONOTONIC",
        "1");
  }

  private static Path file(Path directory) {
    return directory.resolve("faketime");
  }

  /** Takes effect within a second: reading the file at every look at the clock takes too long. */
  static void jump(Path directory, Random random) throws IOException {
    int seconds = random.nextInt(20_000) - 10_000;
    Files.writeString(file(directory), (seconds < 0 ? "" : "+") + seconds);
  }
}
