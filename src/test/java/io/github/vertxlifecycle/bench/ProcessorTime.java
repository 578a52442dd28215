package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/** The processor time that a process has had, user and system. */
final class ProcessorTime {

  private ProcessorTime() {}

  /**
   * Linux counts nanoseconds per thread; what the JDK knows, and every other system, counts
   * hundredths of a second at best.
   */
  static long nanos(ProcessHandle process) throws IOException {
    Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
    if (!Files.exists(Path.of("/proc/self/schedstat"))) {
      return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }
    long sum = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
      for (Path thread : all) {
        sum += nanos(thread);
      }
    }
    return sum;
  }

  private static long nanos(Path thread) throws IOException {
    try {
      String text = Files.readString(thread.resolve("schedstat"));
      return Long.parseLong(text.substring(0, text.indexOf(' ')));
    } catch (NoSuchFileException ended) {
      return 0;
    }
  }
}
