package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A log that an outage does not flood: the first failure of a kind is told in one line at once;
 * those that follow are counted, and the number is told in a line with the first failure, of
 * whatever kind, that comes ten seconds or more later, or at the end by {@link #flush()}. Failures
 * whose class and message agree but for digits are of one kind. The stack of every failure is told
 * at DEBUG, and of the first of a kind in the line itself if it may be a fault of the program,
 * which only a stack explains: an {@link Error}, or a {@link RuntimeException} of the JDK.
 *
 * <p>Thread-safe, and no lock is held while it logs. Knows at most 64 kinds; it forgets the oldest.
 */
public final class FailureLog {

  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final int MOST_KINDS = 64;
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /** What has come of one kind since its last line. */
  private static final class Repeats {
    private final Level level;
    private final String text;
    private long since;
    private long count;

    Repeats(Level level, String text, long since) {
      this.level = level;
      this.text = text;
      this.since = since;
    }
  }

  private record Line(Level level, String text, long count, Duration within) {}

  private final Logger log;
  private final String component;
  private final Clock clock;
  private final Map<String, Repeats> kinds = new LinkedHashMap<>(); // guarded by this

  /**
   * Makes a log.
   *
   * @param log takes the lines
   * @param component begins each line
   * @param clock measures the ten seconds
   */
  public FailureLog(Logger log, String component, Clock clock) {
    this.log = log;
    this.component = component;
    this.clock = clock;
  }

  /**
   * Takes a failure.
   *
   * @param level of its line
   * @param what failed: {@code GET /links}; not part of the kind
   * @param problem why
   */
  public void failed(Level level, String what, Throwable problem) {
    String text = FailureText.withRoot(problem);
    log.debug("{}: {} failed", component, what, FailureText.forLog(problem));
    List<Line> due = new ArrayList<>();
    boolean first = count(level, text, due);
    due.forEach(this::tell);
    if (first) {
      log.atLevel(level)
          .setCause(mayBeAFault(FailureText.root(problem)) ? FailureText.forLog(problem) : null)
          .log("{}: {} failed: {}", component, what, text);
    }
  }

  private static boolean mayBeAFault(Throwable root) {
    return root instanceof Error
        || (root instanceof RuntimeException
            && root.getClass().getName().startsWith("java.")
            && FailureText.stackOf(root).length > 0);
  }

  /** Returns whether it is the first of its kind. */
  private synchronized boolean count(Level level, String text, List<Line> due) {
    long now = clock.nanos();
    String name = level + DIGITS.matcher(text).replaceAll("#");
    kinds.values().removeIf(one -> isQuiet(one, now));
    Repeats kind = kinds.get(name);
    if (kind != null) {
      kind.count++;
    }
    for (Repeats one : kinds.values()) {
      if (now - one.since >= PERIOD.toNanos()) {
        due.add(line(one, now));
        one.since = now;
        one.count = 0;
      }
    }
    if (kind != null) {
      return false;
    }
    if (kinds.size() == MOST_KINDS) {
      Iterator<Repeats> oldest = kinds.values().iterator();
      due.add(line(oldest.next(), now));
      oldest.remove();
    }
    kinds.put(name, new Repeats(level, text, now));
    return true;
  }

  private static boolean isQuiet(Repeats one, long now) {
    return one.count == 0 && now - one.since >= PERIOD.toNanos();
  }

  private static Line line(Repeats one, long now) {
    return new Line(one.level, one.text, one.count, Duration.ofNanos(now - one.since));
  }

  private void tell(Line line) {
    if (line.count() > 0) {
      log.atLevel(line.level())
          .log(
              "{}: {} more like it within {}: {}",
              component,
              line.count(),
              Durations.format(line.within()),
              line.text());
    }
  }

  /** Tells what has been counted and not told yet, and forgets all kinds. */
  public void flush() {
    List<Line> due = new ArrayList<>();
    synchronized (this) {
      long now = clock.nanos();
      for (Repeats one : kinds.values()) {
        due.add(line(one, now));
      }
      kinds.clear();
    }
    due.forEach(this::tell);
  }
}
