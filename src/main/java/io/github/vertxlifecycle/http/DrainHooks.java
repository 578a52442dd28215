package io.github.vertxlifecycle.http;

import io.vertx.core.Context;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Actions for the begin of a drain: each ends something that would last for ever, a WebSocket or a
 * stream of events. A hook runs at most once, on the context it was added on. Thread-safe.
 */
final class DrainHooks {

  /** One hook. Two hooks with the same action are two: a record would make them equal. */
  private static final class DrainHook {
    private final Context context;
    private final Runnable action;

    DrainHook(Context context, Runnable action) {
      this.context = context;
      this.action = action;
    }
  }

  private final Set<DrainHook> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /**
   * Adds a hook, which runs at once if the drain has begun.
   *
   * @param context where it runs
   * @param action what it does
   * @return removes the hook
   */
  Runnable add(Context context, Runnable action) {
    DrainHook hook = new DrainHook(context, action);
    pending.add(hook);
    if (draining) {
      run(hook);
    }
    return () -> pending.remove(hook);
  }

  /** Runs all hooks, and from now on each new one at once. */
  void runAll() {
    draining = true;
    pending.forEach(this::run);
  }

  private void run(DrainHook hook) {
    if (pending.remove(hook)) {
      hook.context.runOnContext(v -> hook.action.run());
    }
  }
}
