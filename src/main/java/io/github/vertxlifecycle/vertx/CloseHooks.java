package io.github.vertxlifecycle.vertx;

import io.vertx.core.Closeable;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/**
 * Hooks that {@code Vertx.close()} calls, and waits for, before it undeploys anything. Thread-safe.
 */
public final class CloseHooks {

  private CloseHooks() {}

  /**
   * Adds a hook.
   *
   * @param vertx the Vert.x
   * @param hook is called once, when that Vert.x closes
   */
  public static void add(Vertx vertx, Closeable hook) {
    ((VertxInternal) vertx).addCloseHook(hook);
  }

  /**
   * Removes a hook.
   *
   * @param vertx the Vert.x
   * @param hook as it was added
   */
  public static void remove(Vertx vertx, Closeable hook) {
    ((VertxInternal) vertx).removeCloseHook(hook);
  }
}
