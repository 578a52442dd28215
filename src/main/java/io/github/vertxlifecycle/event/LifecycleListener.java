package io.github.vertxlifecycle.event;

/**
 * Hears what happens, in the order in which it happened, one event at a time.
 *
 * <p>It is called on whichever thread moved the lifecycle on, often an event loop, and nothing
 * moves on until it returns: it must not block. What it throws is logged and otherwise ignored.
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
