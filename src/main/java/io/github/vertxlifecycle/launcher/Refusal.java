package io.github.vertxlifecycle.launcher;

import java.util.List;

/** Nothing will be started; says why, and with which exit code. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  /**
   * Makes a refusal.
   *
   * @param exitCode what the process ends with
   * @param message for the person at the terminal: what is wrong, and the mend
   */
  Refusal(ExitCode exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** A refusal of the command line. */
  static Refusal usage(String message) {
    return new Refusal(ExitCode.USAGE, message);
  }

  /** A refusal of the configuration, with every problem there is. */
  static Refusal configuration(List<String> problems) {
    return new Refusal(
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
