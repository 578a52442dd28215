package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.Outcome;

/**
 * The codes that the process ends with, in the words of {@code sysexits.h} and of {@code
 * timeout(1)}.
 */
public enum ExitCode {
  /** Stopped, and everything finished. */
  OK(0),
  /** The command line is wrong. */
  USAGE(2),
  /**
   * The start failed; what had started was rolled back. Even if that cut work, which the report
   * names: whoever starts the process again acts on the failed start.
   */
  START_FAILED(69),
  /** The stop of a component failed; no work was lost. */
  STOP_FAILED(70),
  /** A component could not go on; all stopped, and no work was lost (EX_TEMPFAIL). */
  FAILED(75),
  /** The configuration is wrong; nothing was started. */
  CONFIGURATION(78),
  /** Work was cut, or something did not end in time; but not in the stop of a failed start. */
  TIMED_OUT(124);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /**
   * What the system gets.
   *
   * @return the number
   */
  public int number() {
    return number;
  }

  /**
   * How a stop ended. Lost work is worse than a failure without loss.
   *
   * @param outcome that of the whole
   * @param failed whether a component has said that it cannot go on
   * @return the code
   */
  public static ExitCode of(Outcome outcome, boolean failed) {
    ExitCode stopped =
        switch (outcome) {
          case CLEAN -> OK;
          case FAILED -> STOP_FAILED;
          case CUT, TIMED_OUT -> TIMED_OUT;
        };
    return failed && stopped != TIMED_OUT ? FAILED : stopped;
  }
}
