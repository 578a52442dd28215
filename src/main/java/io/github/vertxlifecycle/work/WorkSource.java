package io.github.vertxlifecycle.work;

import org.jspecify.annotations.Nullable;

/**
 * Knows work in flight that its tracker does not: it is asked when somebody wants to know, so that
 * work costs nothing until then. When a stop comes, it hands over what it has, once and for all;
 * see {@link WorkTracker#attach}.
 */
public interface WorkSource {

  /** Hears of work. */
  @FunctionalInterface
  interface WorkVisitor {
    /**
     * Hears of one unit of work in flight.
     *
     * @param name any object; its {@code toString} is called when work in flight is listed
     * @param peer on whose behalf, or null
     * @param since when it began, by the tracker's clock
     */
    void visit(Object name, @Nullable Object peer, long since);
  }

  /**
   * How many units of work have begun here, those that were handed over included.
   *
   * @return a number that never decreases; on any thread
   */
  long admitted();

  /**
   * Shows the work in flight that has not been handed over. On any thread; the work goes on
   * meanwhile.
   *
   * @param visitor hears of each unit
   */
  void visit(WorkVisitor visitor);

  /**
   * From now on all work goes to the tracker: what begins by {@link WorkTracker#count}, and what
   * has begun here by {@link WorkTracker#takeOver}. Called once, on any thread.
   *
   * @param then runs, on any thread, when nothing is left here and nothing can come; not before the
   *     threads that work here have seen to it, which may be busy
   */
  void handOver(Runnable then);
}
