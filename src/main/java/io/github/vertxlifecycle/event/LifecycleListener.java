package io.github.vertxlifecycle.event;

/**
 * Receives events in the order in which they happened, one at a time.
 *
 * <p>The listener is called on the thread that moved the lifecycle on, often an event loop, and
 * nothing moves on until the listener returns: it must not block. Anything it throws is logged and
 * otherwise ignored.
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
