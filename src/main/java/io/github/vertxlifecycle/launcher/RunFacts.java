package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.ApplicationTimeline;
import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.report.ApplicationRun;
import io.github.vertxlifecycle.report.StopReport;
import io.github.vertxlifecycle.time.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a process knows of itself, without asking a name server or anybody else. */
final class RunFacts {

  /** Linux has it here. No look-up of the own address: it can take seconds, and may be wrong. */
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  private RunFacts() {}

  /**
   * Adds to a report which application this is, and when it stopped.
   *
   * @param timeline with moments of the system's clock, which are turned into times here
   */
  static StopReport add(StopReport report, RootVerticle root, ApplicationTimeline timeline) {
    Class<?> type = root instanceof SingleVerticle single ? single.type() : root.getClass();
    long nanos = SystemClock.instance().nanos();
    Instant now = Instant.now();
    Instant begin = time(timeline.stopBegan(), nanos, now);
    return report.of(
        new ApplicationRun(
            ClassName.of(type),
            version(type),
            host(),
            ProcessHandle.current().pid(),
            time(timeline.began(), nanos, now),
            begin,
            begin == null ? null : begin.plusMillis(report.durationMs())));
  }

  private static @Nullable Instant time(@Nullable Long moment, long nanos, Instant now) {
    return moment == null ? null : now.minusNanos(nanos - moment);
  }

  private static @Nullable String version(Class<?> type) {
    String version = type.getPackage().getImplementationVersion();
    if (version == null && type.getModule().isNamed()) {
      version = type.getModule().getDescriptor().rawVersion().orElse(null);
    }
    return known(version);
  }

  private static @Nullable String host() {
    try {
      String name = known(Files.readString(HOST_NAME));
      if (name != null) {
        return name;
      }
    } catch (IOException e) {
      // not Linux
    }
    String variable = known(System.getenv("HOSTNAME"));
    return variable == null ? known(System.getenv("COMPUTERNAME")) : variable;
  }

  private static @Nullable String known(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }
}
