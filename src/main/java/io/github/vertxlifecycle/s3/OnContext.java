package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An answer that comes to the Vert.x context that asked for it, not on the SDK's thread. */
final class OnContext<T> extends CompletableFuture<T> {

  private final Function<Throwable, Throwable> explain;
  private final Runnable cancel;

  private OnContext(Function<Throwable, Throwable> explain, Runnable cancel) {
    this.explain = explain;
    this.cancel = cancel;
  }

  /**
   * An answer for the caller of this method.
   *
   * @param vertx knows the context; without one the answer comes on the SDK's thread
   * @param answer the answer
   * @param explain makes of a problem what the caller gets
   * @param cancel runs if the caller cancels what it was given
   * @param told hears, with the problem if there is one, when the caller has the answer
   */
  static <T> CompletableFuture<T> of(
      Vertx vertx,
      CompletionStage<T> answer,
      Function<Throwable, Throwable> explain,
      Runnable cancel,
      Consumer<@Nullable Throwable> told) {
    Context context = Vertx.currentContext();
    OnContext<T> here = new OnContext<>(explain, cancel);
    answer.whenComplete(
        (result, problem) -> {
          Runnable tell =
              () -> {
                here.tell(result, problem);
                told.accept(problem);
              };
          if (context == null || context.owner() != vertx) {
            tell.run();
            return;
          }
          try {
            context.runOnContext(v -> tell.run());
          } catch (RejectedExecutionException e) { // its event loop has ended; nobody listens
            tell.run();
          }
        });
    return here;
  }

  private void tell(T result, @Nullable Throwable problem) {
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
