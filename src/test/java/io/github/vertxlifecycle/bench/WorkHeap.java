package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints the bytes that a unit of work in flight holds, its name and peer not counted, and the
 * bytes that are left for each unit when all have ended.
 */
public final class WorkHeap {

  private static final int UNITS = 1_000_000;

  private WorkHeap() {}

  /** Measures and prints. */
  public static void main(String[] none) {
    WorkTracker tracker = new WorkTracker(SystemClock.instance());
    List<Work> all = new ArrayList<>(UNITS);
    long before = IdleStop.used();
    for (int i = 0; i < UNITS; i++) {
      all.add(tracker.admit("GET /:code", null));
    }
    long during = IdleStop.used();
    all.forEach(Work::done);
    all.clear();
    for (int i = 0; i <= 2 * UNITS; i++) {
      tracker.admit("next", null).done(); // sweeps when as many units have come as there were
    }
    long after = IdleStop.used();
    System.out.println("bytes=" + (double) (during - before) / UNITS);
    System.out.println("afterwards=" + (double) Math.max(0, after - before) / UNITS);
  }
}
