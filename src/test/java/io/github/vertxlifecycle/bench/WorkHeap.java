package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints the bytes that a piece of work in flight holds, its name and peer not counted, and those
 * that are left for each when all have ended.
 */
public final class WorkHeap {

  private static final int PIECES = 1_000_000;

  private WorkHeap() {}

  /** Measures. */
  public static void main(String[] none) {
    WorkTracker tracker = new WorkTracker(SystemClock.instance());
    List<Work> all = new ArrayList<>(PIECES);
    long before = IdleStop.used();
    for (int i = 0; i < PIECES; i++) {
      all.add(tracker.admit("GET /:code", null));
    }
    long during = IdleStop.used();
    all.forEach(Work::done);
    all.clear();
    for (int i = 0; i <= 2 * PIECES; i++) {
      tracker.admit("next", null).done(); // sweeps when as many have come as there were
    }
    long after = IdleStop.used();
    System.out.println("bytes=" + (double) (during - before) / PIECES);
    System.out.println("afterwards=" + (double) Math.max(0, after - before) / PIECES);
  }
}
