package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.time.StopBudget;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code lifecycle} of the configuration.
 *
 * @param startTimeout how long the start of one component may take if it does not say otherwise
 * @param stopTimeout how long the whole stop may take, announcement included
 * @param announceDelay how long everything serves on after readiness went down
 * @param reportFile where the launcher writes the final report as JSON, whole or not at all; null
 *     or blank for nowhere; a relative path counts from the working directory
 * @param reportSvg where the launcher draws the start and the stop, in the same way
 * @param drainLock the name of a lock that a node of a cluster holds from its announcement's end
 *     until everything has stopped, so that one drains at a time; null for none
 * @param handover the path of the socket on which the launcher waits for a successor of this
 *     process, absolute and in a directory that is this user's alone; null for none
 * @param captureOrigins whether work in flight remembers the stack of its admission
 * @param console whether the launcher writes tables to standard output
 */
public record LifecycleOptions(
    Duration startTimeout,
    Duration stopTimeout,
    Duration announceDelay,
    @Nullable String reportFile,
    @Nullable String reportSvg,
    @Nullable String drainLock,
    @Nullable String handover,
    boolean captureOrigins,
    ConsoleMode console) {

  /**
   * The defaults: 60 s, 25 s, 0, no files, no lock, no handover, no stacks, tables on a terminal.
   */
  static final LifecycleOptions DEFAULT =
      new LifecycleOptions(
          Duration.ofSeconds(60),
          Duration.ofSeconds(25),
          Duration.ZERO,
          null,
          null,
          null,
          null,
          false,
          ConsoleMode.AUTO);

  static LifecycleOptions of(Section section) {
    return new LifecycleOptions(
        moreThanZero(section, "startTimeout", DEFAULT.startTimeout),
        moreThanZero(section, "stopTimeout", DEFAULT.stopTimeout),
        section.duration("announceDelay", DEFAULT.announceDelay),
        section.string("reportFile"),
        section.string("reportSvg"),
        section.string("drainLock"),
        handover(section),
        section.bool("captureOrigins", DEFAULT.captureOrigins),
        console(section));
  }

  private static @Nullable String handover(Section section) {
    String path = section.string("handover");
    try {
      if (path == null || path.isBlank()) {
        return null;
      }
      Path normal = Path.of(path).normalize();
      if (normal.isAbsolute() && normal.getParent() != null) {
        return normal.toString();
      }
    } catch (InvalidPathException e) {
      // nor is this
    }
    section.problem(
        "handover", "must be the absolute path of a socket to be, not \"" + path + "\"");
    return null;
  }

  private static ConsoleMode console(Section section) {
    String mode = section.string("console", "auto");
    return switch (mode) {
      case "auto" -> ConsoleMode.AUTO;
      case "on" -> ConsoleMode.ON;
      case "off" -> ConsoleMode.OFF;
      default -> {
        section.problem("console", "must be auto, on or off, not \"" + mode + "\"");
        yield ConsoleMode.AUTO;
      }
    };
  }

  /** Of a verticle without a root, from its own section. */
  static LifecycleOptions alone(Section section) {
    return new LifecycleOptions(
        DEFAULT.startTimeout,
        moreThanZero(section, "stopTimeout", DEFAULT.stopTimeout),
        Duration.ZERO,
        null,
        null,
        null,
        null,
        false,
        ConsoleMode.AUTO);
  }

  private static Duration moreThanZero(Section section, String key, Duration byDefault) {
    Duration timeout = section.duration(key, byDefault);
    if (timeout.isZero()) {
      section.problem(
          key, "must be more than zero; " + Durations.format(byDefault) + " is the default");
      return byDefault;
    }
    return timeout;
  }

  StopBudget budget() {
    return new StopBudget(stopTimeout, announceDelay);
  }
}
