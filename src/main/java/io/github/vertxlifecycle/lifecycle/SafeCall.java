package io.github.vertxlifecycle.lifecycle;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Calls application code that should answer with a future, whatever it does instead. */
final class SafeCall {

  /** Stands for promises that have succeeded, which so need not be kept. */
  private static final Promise<Object> SUCCEEDED = Promise.promise();

  static {
    SUCCEEDED.complete();
  }

  private SafeCall() {}

  /**
   * Completes when all have, and fails if one has failed, as Vert.x's own join does; without its
   * detours for the one that is left to wait for, most often, or for none.
   */
  static Future<?> join(List<? extends Future<?>> all) {
    Future<?> last = Future.succeededFuture();
    int waiting = 0;
    for (Future<?> one : all) {
      if (!one.succeeded()) {
        last = one;
        waiting++;
      }
    }
    return waiting < 2 ? last : Future.join(all);
  }

  /** What to keep of a promise: a shared one if it has succeeded, whatever with. */
  static Promise<Object> kept(Promise<Object> promise) {
    return promise.future().succeeded() ? SUCCEEDED : promise;
  }

  /** Settles a promise that somebody else may have settled before. */
  static void settle(Promise<Object> promise, AsyncResult<?> answer) {
    if (answer.succeeded()) {
      promise.tryComplete(answer.result());
    } else {
      promise.tryFail(answer.cause());
    }
  }

  static Future<?> call(String step, Callable<? extends @Nullable Future<?>> code) {
    Future<?> future;
    try {
      future = code.call();
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
    return future != null
        ? future
        : Future.failedFuture(
            new NullPointerException(
                step
                    + " returned null; return Future.succeededFuture() if nothing is to wait for"));
  }
}
