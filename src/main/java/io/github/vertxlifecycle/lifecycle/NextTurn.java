package io.github.vertxlifecycle.lifecycle;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task after what runs now: on the same context, or on another one if this thread has none.
 * When a future completes, all that listens to it comes first.
 */
final class NextTurn implements Executor {

  private final @Nullable Context otherwise;

  NextTurn(@Nullable Context otherwise) {
    this.otherwise = otherwise;
  }

  @Override
  public void execute(Runnable task) {
    Context current = Vertx.currentContext();
    Context on = current == null ? otherwise : current;
    if (on == null) {
      task.run();
      return;
    }
    try {
      on.runOnContext(v -> task.run());
    } catch (RejectedExecutionException ended) {
      task.run();
    }
  }
}
