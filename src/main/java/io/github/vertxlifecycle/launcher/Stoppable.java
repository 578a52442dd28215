package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.StopReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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

  /**
   * Waits no longer for what runs on threads that have called {@code System.exit}, which never
   * returns. Called again and again while the JVM shuts down; returns soon.
   */
  void giveUpThreadsInExit();

  /**
   * Writes the final report and the last log line; returns soon, whoever does not read them.
   *
   * @param exitCode what the process ends with, null if that is not known
   */
  void report(@Nullable Integer exitCode);

  /** Writes what can be written in a moment: blocked stacks, the report so far. */
  void lastWords(int exitCode, String why);
}
