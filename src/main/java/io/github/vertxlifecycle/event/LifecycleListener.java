package io.github.vertxlifecycle.event;

/**
 * Receives events in the order in which they happened, one at a time.
 *
 * <p>A listener of an application is called on a thread of its own, soon after the event, and may
 * block: nothing waits for it but the next event, and for a quarter of a second the end of the
 * start and of the stop. A listener that is 100,000 events behind misses the next ones, and the log
 * says how many. Anything it throws is logged and otherwise ignored.
 */
@FunctionalInterface
public interface LifecycleListener {

  /**
   * Takes one event.
   *
   * @param event what happened
   */
  void on(LifecycleEvent event);
}
