package io.github.vertxlifecycle.systemd;

import io.github.vertxlifecycle.time.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks for more time while a start or a stop goes on within its budget, and never beyond that. To
 * systemd an extension is a promise to write again within that time, so it is short and repeated: a
 * process that hangs gets no more of it. Guarded by its owner.
 */
final class TimeoutExtension {

  static final Duration STEP = Duration.ofSeconds(10);

  private static final Duration EVERY = STEP.dividedBy(2);

  /** So that no budget leaves the range of the clock. */
  private static final Duration LONGEST = Duration.ofDays(3_650);

  private @Nullable Deadline end;
  private long due = Long.MAX_VALUE;

  /** A start or a stop began. */
  void begin(long at, Duration budget) {
    end = new Deadline(at).plus(budget.compareTo(LONGEST) < 0 ? budget : LONGEST);
    due = at;
  }

  void end() {
    end = null;
  }

  /** How long until there is something to ask for; null if that will never be. */
  @Nullable Duration untilDue(long now) {
    return end == null ? null : new Deadline(due).left(now);
  }

  /** The time to ask for now; null for none. */
  @Nullable Duration take(long now) {
    Deadline by = end;
    if (by == null || due - now > 0) {
      return null;
    }
    Duration left = by.left(now);
    if (left.compareTo(STEP) <= 0) {
      end = null; // the last one: what is not over by then is systemd's to end
      return left.isZero() ? null : left;
    }
    due = now + EVERY.toNanos();
    return STEP;
  }
}
