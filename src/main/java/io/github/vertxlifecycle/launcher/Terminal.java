package io.github.vertxlifecycle.launcher;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether a person reads along. */
final class Terminal {

  private static final Path STDOUT = Path.of("/proc/self/fd/1");
  private static final Pattern DEVICE = Pattern.compile("/dev/(pts/|tty|console).*");

  private Terminal() {}

  /**
   * Whether standard output is a terminal. Where the system does not say it of that alone, whether
   * standard input and output are.
   */
  static boolean isStandardOutput() {
    try {
      return DEVICE.matcher(Files.readSymbolicLink(STDOUT).toString()).matches();
    } catch (IOException | UnsupportedOperationException e) {
      return isConsole(); // not Linux, or without /proc
    }
  }

  private static boolean isConsole() {
    return Stream.ofNullable(System.console()).anyMatch(Terminal::isReal);
  }

  /** Some JDKs from 22 on have a console that is none, and a method that tells. */
  private static boolean isReal(Console console) {
    try {
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (ReflectiveOperationException e) {
      return true; // before JDK 22, where there is no other
    }
  }
}
