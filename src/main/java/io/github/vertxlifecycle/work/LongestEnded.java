package io.github.vertxlifecycle.work;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The units of work that took longest among those that ended during a drain. Thread-safe; a unit
 * that is none of the longest costs one comparison.
 */
final class LongestEnded {

  static final int MOST = 3;

  private final List<WorkInFlight> longest = new ArrayList<>(); // guarded by this, longest first
  private volatile long atLeast = -1; // nanoseconds, of the shortest that is kept

  /** A unit ends. */
  void ended(Work work, long now) {
    if (now - work.since > atLeast) {
      add(work.seen(now)); // outside of the lock: its name is the application's code
    }
  }

  private synchronized void add(WorkInFlight one) {
    longest.add(one);
    longest.sort(Comparator.comparingLong(WorkInFlight::ageNanos).reversed());
    if (longest.size() > MOST) {
      longest.remove(MOST);
    }
    if (longest.size() == MOST) {
      atLeast = longest.get(MOST - 1).ageNanos();
    }
  }

  synchronized List<WorkInFlight> all() {
    return List.copyOf(longest);
  }
}
