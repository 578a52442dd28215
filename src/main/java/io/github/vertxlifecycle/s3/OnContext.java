package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A future that completes on the Vert.x context of the call, not on the SDK's thread. */
final class OnContext<T> extends CompletableFuture<T> {

  private final Function<Throwable, Throwable> explain;
  private final Runnable cancel;

  private OnContext(Function<Throwable, Throwable> explain, Runnable cancel) {
    this.explain = explain;
    this.cancel = cancel;
  }

  /**
   * Makes a future for the caller of this method.
   *
   * @param vertx owns the context; on a thread without one the future completes on the SDK's thread
   * @param answer the answer
   * @param explain turns a problem into the one that the caller gets
   * @param cancel runs if the caller cancels the future
   * @param delivered runs when the caller has the answer, with the problem if there is one
   */
  static <T> CompletableFuture<T> of(
      Vertx vertx,
      CompletionStage<T> answer,
      Function<Throwable, Throwable> explain,
      Runnable cancel,
      Consumer<@Nullable Throwable> delivered) {
    Context context = Vertx.currentContext();
    OnContext<T> here = new OnContext<>(explain, cancel);
    answer.whenComplete(
        (result, problem) -> {
          Runnable deliver =
              () -> {
                here.deliver(result, problem);
                delivered.accept(problem);
              };
          if (context == null || context.owner() != vertx) {
            deliver.run();
            return;
          }
          try {
            context.runOnContext(v -> deliver.run());
          } catch (
              RejectedExecutionException e) { // its event loop has ended, and the caller with it
            deliver.run();
          }
        });
    return here;
  }

  private void deliver(T result, @Nullable Throwable problem) {
    if (problem == null) {
      complete(result);
    } else {
      completeExceptionally(explain.apply(problem));
    }
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    if (!isDone()) {
      cancel.run();
    }
    return super.cancel(mayInterrupt);
  }
}
