package io.github.vertxlifecycle.launcher;

/**
 * A signal that asks for the stop, unless it was ignored when the process began ({@code nohup}).
 */
enum StopSignal {
  /** The terminal, or the connection to it, has gone. Not known on Windows. */
  HUP(1),
  /** Ctrl+C. */
  INT(2),
  /** The signal that {@code kill} and every supervisor sends. */
  TERM(15);

  private final int number;

  StopSignal(int number) {
    this.number = number;
  }

  /** The code that a shell reports for a process that this signal ended: 128 and its number. */
  int exitCode() {
    return 128 + number;
  }

  @Override
  public String toString() {
    return "SIG" + name();
  }
}
