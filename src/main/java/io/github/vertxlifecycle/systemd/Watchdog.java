package io.github.vertxlifecycle.systemd;

import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a process is alive: twice in the time that systemd grants, every event loop is
 * asked to run a task, and only when all have is the process alive. No round begins before the last
 * one has ended, so a loop that hangs has one such task waiting for it, not more. For one thread.
 */
final class Watchdog {

  private final Duration timeout;
  private final Runnable wake;
  private final List<Ping> pings = new ArrayList<>();
  private final long half;
  private final long quarter;
  private long round; // when it began
  private boolean asked;
  private boolean begun;

  /** A task that has no use but to be run. */
  private final class Ping implements Runnable {
    private final Executor loop;
    private volatile boolean answered;
    private volatile String thread = "one that has never answered";

    Ping(Executor loop) {
      this.loop = loop;
    }

    @Override
    public void run() {
      thread = Thread.currentThread().getName();
      answered = true;
      wake.run();
    }

    void ask() {
      answered = false;
      try {
        loop.execute(this);
      } catch (RejectedExecutionException e) {
        thread = "one that has ended"; // and does not answer any more
      }
    }
  }

  /**
   * Makes one that has asked nobody yet.
   *
   * @param timeout how long systemd waits for a sign of life
   * @param loops every event loop
   * @param wake called on an event loop when it answers; must not block
   */
  Watchdog(Duration timeout, Iterable<? extends Executor> loops, Runnable wake) {
    this.timeout = timeout;
    this.wake = wake;
    this.half = timeout.toNanos() / 2;
    this.quarter = half / 2;
    loops.forEach(loop -> pings.add(new Ping(loop)));
  }

  /**
   * How long systemd waits for signs of life of this process.
   *
   * @return null if it does not, or means another process
   */
  static @Nullable Duration timeout(Map<String, String> environment, long pid) {
    String usec = environment.get("WATCHDOG_USEC");
    String whose = environment.get("WATCHDOG_PID");
    try {
      long micros = usec == null ? 0 : Long.parseLong(usec);
      boolean ours = whose == null || whose.isEmpty() || Long.parseLong(whose) == pid;
      return micros > 0 && ours ? Duration.ofNanos(Math.multiplyExact(micros, 1_000)) : null;
    } catch (NumberFormatException | ArithmeticException e) {
      return null; // as libsystemd does
    }
  }

  /**
   * Goes on: asks all loops if it is time to, and looks at who has answered.
   *
   * @param now nanoseconds
   * @return true, once a round, if all have
   */
  boolean isAlive(long now) {
    boolean alive = asked && pings.stream().allMatch(ping -> ping.answered);
    if (alive) {
      asked = false;
    }
    if (!asked && untilDue(now).isZero()) { // half of the time after the last one
      round = now;
      begun = true;
      asked = true;
      pings.forEach(Ping::ask);
    }
    return alive;
  }

  /** How long until there is something to do, if no loop answers before. */
  Duration untilDue(long now) {
    if (!begun) {
      return Duration.ZERO;
    }
    if (asked) {
      return now - round < quarter ? new Deadline(round + quarter).left(now) : timeout;
    }
    return new Deadline(round + half).left(now);
  }

  /**
   * The loops that have not answered in a quarter of the time, when systemd has waited for up to
   * three; null if there are none.
   */
  @Nullable String hangs(long now) {
    return asked && now - round >= quarter
        ? pings.stream()
            .filter(ping -> !ping.answered)
            .map(ping -> ping.thread)
            .collect(
                Collectors.joining(
                    ", ",
                    "hangs: an event loop does not answer (",
                    "); within %s systemd ends the process".formatted(Durations.format(timeout))))
        : null;
  }
}
