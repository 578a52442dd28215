package io.github.vertxlifecycle.launcher;

import java.util.List;

/** Nothing will be started; says why, and with which exit code. */
final class LaunchException extends Exception {

  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  /**
   * Makes the exception.
   *
   * @param exitCode what the process ends with
   * @param message for the person at the terminal: what is wrong, and how to fix it
   */
  LaunchException(ExitCode exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** The command line is wrong. */
  static LaunchException usage(String message) {
    return new LaunchException(ExitCode.USAGE, message);
  }

  /** The configuration is wrong; names every problem there is. */
  static LaunchException configuration(List<String> problems) {
    return new LaunchException(
        ExitCode.CONFIGURATION,
        (problems.size() == 1
                ? "The configuration has a problem"
                : "The configuration has " + problems.size() + " problems")
            + "; nothing was started.\n  "
            + String.join("\n  ", problems));
  }

  ExitCode exitCode() {
    return exitCode;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
