package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.lifecycle.StepInterceptor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A step of a component that goes wrong because a test wants it so, see {@link Faults}. It goes
 * wrong whenever the step is called, until the test ends the fault. Thread-safe.
 */
public final class StepFault {

  /** What happens in place of a step's answer. */
  interface FaultyAnswer {
    /**
     * Called on the verticle's context.
     *
     * @param context the verticle's
     * @param ended completes when the test ends the fault
     */
    Future<?> instead(Context context, Future<Void> ended) throws Exception;
  }

  private final String component;
  private final Step step;
  private final String what;
  private final FaultyAnswer answer;
  private final Promise<Void> happened = Promise.promise();
  private final Promise<Void> ended = Promise.promise();

  StepFault(String component, Step step, String what, FaultyAnswer answer) {
    this.component = Objects.requireNonNull(component, "component");
    this.step = Objects.requireNonNull(step, "step");
    this.what = what;
    this.answer = answer;
  }

  String component() {
    return component;
  }

  StepInterceptor interceptor() {
    return (name, method, code) ->
        name.equals(component) && method.equals(step.toString()) ? call(code) : code.call();
  }

  private @Nullable Future<?> call(Callable<? extends @Nullable Future<?>> own) throws Exception {
    if (ended.future().isComplete()) {
      return own.call();
    }
    Context context = Objects.requireNonNull(Vertx.currentContext(), "a step has a context");
    if (step == Step.START) {
      return wrong(context).compose(v -> then(own));
    }
    Future<?> done = own.call();
    return done == null
        ? null
        : on(context, done.mapEmpty()).compose(v -> then(() -> wrong(context)));
  }

  private Future<?> wrong(Context context) throws Exception {
    happened.tryComplete();
    return answer.instead(context, ended.future());
  }

  /** The same, on the verticle's own thread, whoever completes the future. */
  static Future<Void> on(Context context, Future<Void> future) {
    Promise<Void> here = Promise.promise();
    future.onComplete(answer -> context.runOnContext(v -> here.handle(answer)));
    return here.future();
  }

  private Future<Void> then(Callable<? extends @Nullable Future<?>> next) {
    try {
      Future<?> future = next.call();
      return future == null
          ? Future.failedFuture(new NullPointerException(step + " returned null, not a future"))
          : future.mapEmpty();
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  /**
   * Whether the fault has happened, in one instance at least.
   *
   * @return true from then on
   */
  public boolean hasHappened() {
    return happened.future().isComplete();
  }

  /**
   * Waits until the fault has happened, in one instance at least.
   *
   * @return this
   * @throws AssertionError if it has not within two minutes
   */
  public StepFault awaitHappened() {
    TestWait.until(happened.future(), TestWait.PATIENCE, () -> this + ": that did not happen");
    return this;
  }

  /**
   * Ends the fault: a step that does not end goes on, a thread that is blocked is free, and the
   * component's next steps are its own. Nothing happens the second time.
   */
  public void end() {
    ended.tryComplete();
  }

  @Override
  public String toString() {
    return "%s of \"%s\" %s".formatted(step, component, what);
  }
}
