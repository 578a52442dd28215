package io.github.vertxlifecycle.lifecycle;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Calls application code that should answer with a future, whatever it does instead. */
final class SafeCall {

  private SafeCall() {}

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
