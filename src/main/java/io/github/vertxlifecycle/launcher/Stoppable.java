package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.StopReason;
import java.time.Duration;

/**
 * The application as the {@link ProcessShutdown} stops it. Its methods may be called on any thread.
 */
interface Stoppable {

  /** How long the stop may take. */
  Duration stopTimeout();

  /**
   * Stops everything and waits for it, for as long as it takes; the watchdog sees to the rest.
   *
   * @return how it ended
   * @throws InterruptedException when the thread is interrupted
   */
  ExitCode stop(StopReason reason) throws InterruptedException;

  /** Cuts all work in flight. */
  void escalate(String by);

  /** Writes the final report and the last log line. */
  void report(int exitCode);

  /** Writes what can be written in a moment: blocked stacks, the report so far. */
  void lastWords(int exitCode, String why);
}
