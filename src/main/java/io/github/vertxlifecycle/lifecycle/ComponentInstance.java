package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.vertx.Contexts;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of a component, on its own context. Every step hops onto that context; if its thread
 * is blocked the step's future stays open and a deadline elsewhere decides; if its thread has ended
 * the step fails.
 */
final class ComponentInstance {

  private static final Logger log = LoggerFactory.getLogger(ComponentInstance.class);

  private final Context context;
  private final Supplier<Future<?>> begin;
  private final Supplier<Future<?>> end;
  private final Supplier<Future<?>> tidy;
  private final @Nullable LifecycleVerticle verticle;
  private final Promise<Object> started = Promise.promise();
  private final Set<Promise<Object>> asked = ConcurrentHashMap.newKeySet();
  private volatile boolean begun;
  private volatile @Nullable Throwable lost;

  private ComponentInstance(
      Context context,
      Supplier<Future<?>> begin,
      Supplier<Future<?>> end,
      Supplier<Future<?>> tidy,
      @Nullable LifecycleVerticle verticle) {
    this.context = context;
    this.begin = begin;
    this.end = end;
    this.tidy = tidy;
    this.verticle = verticle;
  }

  /** A verticle that Vert.x itself starts and whose hooks Vert.x itself closes. */
  static ComponentInstance ofHandDeployed(LifecycleVerticle verticle, Context context) {
    return new ComponentInstance(
        context, verticle::begin, verticle::end, Future::succeededFuture, verticle);
  }

  /**
   * Any deployable under a root. Its stop, and a start that failed, ends with the context's close
   * hooks, so that servers and timers which it left to Vert.x are gone before its dependencies
   * stop.
   */
  static ComponentInstance of(Deployable delegate, Context context) {
    Supplier<Future<Void>> close = () -> Contexts.close(context);
    return new ComponentInstance(
        context,
        () -> SafeCall.call("deploy", () -> delegate.deploy(context)),
        () -> SafeCall.call("undeploy", () -> delegate.undeploy(context)).eventually(close),
        close::get,
        delegate instanceof LifecycleVerticle ours ? ours : null);
  }

  Future<?> start() {
    begun = true;
    onContext(begin).onComplete(answer -> SafeCall.settle(started, answer));
    return started.future();
  }

  void neverStart() {
    started.tryFail("the start was abandoned");
  }

  @Nullable Throwable startProblem() {
    return verticle == null ? null : verticle.startProblem();
  }

  void announce() {
    LifecycleVerticle ours = verticle;
    if (ours != null) {
      onContext(
          () -> {
            ours.announce();
            return Future.succeededFuture();
          });
    }
  }

  Future<?> drain() {
    if (verticle == null) {
      return Future.succeededFuture();
    }
    verticle.work().refuse(); // at once; the rest when its context comes to it
    return onContext(verticle::drain);
  }

  int inFlight() {
    return verticle == null ? 0 : verticle.work().count();
  }

  WorkStats stats() {
    if (verticle == null) {
      return WorkStats.NONE;
    }
    WorkTracker work = verticle.work();
    return new WorkStats(work.admitted(), work.refused(), work.inFlight());
  }

  /** The verticle's checks, to be asked on its context. */
  List<HealthCheck> checks(String component, int index) {
    return verticle == null
        ? List.of()
        : verticle.checks().entrySet().stream()
            .map(
                one ->
                    new HealthCheck(
                        component,
                        index,
                        one.getKey(),
                        () -> onContext(() -> SafeCall.call(one.getKey(), one.getValue()))))
            .toList();
  }

  List<WorkInFlight> cut() {
    return verticle == null ? List.of() : verticle.cut();
  }

  /** Waits for a start that is going on; stops what it started, if it did. */
  Future<?> release() {
    LifecycleVerticle ours = verticle;
    if (ours != null) {
      ours.giveUpRetries();
      if (begun && !started.future().isComplete()) {
        onContext(() -> SafeCall.call("onStartAbandoned", () -> abandonStart(ours)))
            .onFailure(problem -> log.warn("{}: onStartAbandoned failed", ours.name(), problem));
      }
    }
    return started.future().transform(start -> onContext(start.succeeded() ? end : tidy));
  }

  private Future<?> abandonStart(LifecycleVerticle ours) throws Exception {
    if (!started.future().isComplete()) {
      ours.onStartAbandoned();
    }
    return Future.succeededFuture();
  }

  <T> @Nullable T provided(Class<T> type) {
    return verticle == null ? null : verticle.provided(type);
  }

  @Nullable LifecycleVerticle warmUp() {
    return verticle == null ? null : verticle.warmUp();
  }

  boolean provides(Class<?> type) {
    return verticle != null && verticle.provides(type);
  }

  List<String> providedTypes() {
    return verticle == null ? List.of() : verticle.providedTypes();
  }

  /** Whether its steps need a thread. */
  boolean needs(Thread thread) {
    return Contexts.needs(context, thread);
  }

  /** Waits no longer for any step, and begins none: its thread never comes back. */
  void lose(Throwable why) {
    if (lost == null) {
      lost = why;
      started.tryFail(why);
      asked.forEach(one -> one.tryFail(why));
    }
  }

  private Future<?> onContext(Supplier<Future<?>> step) {
    Promise<Object> promise = Promise.promise();
    asked.add(promise);
    promise.future().onComplete(answer -> asked.remove(promise));
    Throwable why = lost; // after the promise was added, as lose looks the other way round
    if (why != null) {
      promise.tryFail(why);
      return promise.future();
    }
    try {
      context.runOnContext(v -> step.get().onComplete(answer -> SafeCall.settle(promise, answer)));
    } catch (RejectedExecutionException ended) {
      promise.tryFail(new IllegalStateException("its event loop has ended", ended));
    }
    return promise.future();
  }
}
