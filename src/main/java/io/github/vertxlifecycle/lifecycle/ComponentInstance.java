package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.vertx.Contexts;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of a component, on its own context. Every step hops onto that context; if its thread
 * is blocked the step's future stays open and a deadline elsewhere decides; if its thread has ended
 * the step fails. No two steps overlap: the drain follows the start's answer, and the stop follows
 * the answers of both, however late they come.
 */
final class ComponentInstance {

  private static final Logger log = LoggerFactory.getLogger(ComponentInstance.class);

  private final Context context;
  private final Deployable delegate;
  private final @Nullable LifecycleVerticle verticle;
  private final boolean handDeployed;
  private volatile Promise<Object> started = Promise.promise();
  private @Nullable List<Promise<Object>> asked; // lock; null while nothing is asked
  private boolean startAbandoned; // lock
  private volatile boolean begun;
  private volatile long startingSince;
  private volatile boolean startGivenUp;
  private volatile boolean awaitedByStop;
  private volatile @Nullable Throwable lost;

  private ComponentInstance(Deployable delegate, Context context, boolean handDeployed) {
    this.context = context;
    this.delegate = delegate;
    this.verticle = delegate instanceof LifecycleVerticle ours ? ours : null;
    this.handDeployed = handDeployed;
  }

  /** A verticle that Vert.x itself starts and whose hooks Vert.x itself closes. */
  static ComponentInstance ofHandDeployed(LifecycleVerticle verticle, Context context) {
    return new ComponentInstance(verticle, context, true);
  }

  /**
   * Any deployable under a root. Its stop, and a start that failed, ends with the context's close
   * hooks, so that servers and timers which it left to Vert.x are gone before its dependencies
   * stop.
   */
  static ComponentInstance of(Deployable delegate, Context context) {
    return new ComponentInstance(delegate, context, false);
  }

  private Future<?> begin() {
    return handDeployed && verticle != null
        ? verticle.begin()
        : SafeCall.call("deploy", () -> delegate.deploy(context));
  }

  private Future<?> end() {
    return handDeployed && verticle != null
        ? verticle.end()
        : SafeCall.call("undeploy", () -> delegate.undeploy(context)).eventually(this::tidy);
  }

  private Future<Void> tidy() {
    return handDeployed ? Future.succeededFuture() : Contexts.close(context);
  }

  Future<?> start() {
    startingSince = System.nanoTime();
    begun = true;
    Promise<Object> start = started;
    onContext(this::begin)
        .onComplete(
            answer -> {
              SafeCall.settle(start, answer);
              started = SafeCall.kept(start);
            });
    return start.future();
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

  private boolean isStarting() {
    return begun && !started.future().isComplete();
  }

  /** The start is not waited for any more; what it has begun besides still is. */
  void giveUpStart() {
    startGivenUp = true;
    abandonStart();
  }

  Future<?> drain() {
    awaitedByStop = true;
    Future<Object> start = started.future();
    if (start.succeeded()) {
      return drainStarted();
    }
    abandonStart();
    return startGivenUp
        ? drainFailed()
        : start.transform(answer -> answer.succeeded() ? drainStartedLate() : drainFailed());
  }

  private Future<Object> drainStarted() {
    LifecycleVerticle ours = verticle;
    if (ours == null) {
      return Future.succeededFuture();
    }
    ours.askToDrain(); // at once; the rest when its context comes to it
    return onContext(ours::drain).onComplete(done -> ours.drainAnswered());
  }

  /** It may have served for a moment, and has not heard of the stop. */
  private Future<Object> drainStartedLate() {
    announce();
    return drainStarted();
  }

  /** Waits for what a start that failed, or will not be waited for, has begun. */
  private Future<Object> drainFailed() {
    Promise<Object> none = Promise.promise();
    if (verticle == null) {
      none.complete();
    } else {
      verticle.work().whenNone(none::complete, new NextTurn(context));
    }
    return none.future();
  }

  int inFlight() {
    int tracked = verticle == null ? 0 : verticle.work().count();
    return isStarting() && !startGivenUp ? tracked + 1 : tracked;
  }

  WorkStats stats() {
    WorkTracker work = verticle == null ? null : verticle.work();
    List<WorkInFlight> tracked = work == null ? List.of() : work.inFlight();
    return new WorkStats(
        work == null ? 0 : work.admitted(),
        work == null ? 0 : work.refused(),
        work == null ? 0 : work.faulty(),
        awaitedByStop ? awaited(tracked) : tracked);
  }

  /**
   * The work in flight, and the step without an answer. The step is not named if work that began
   * within it stands for it, which says more.
   */
  private List<WorkInFlight> awaited(List<WorkInFlight> tracked) {
    List<WorkInFlight> all = new ArrayList<>(tracked);
    WorkInFlight step = stepWithoutAnswer();
    if (step != null && all.stream().noneMatch(work -> work.ageNanos() <= step.ageNanos())) {
      all.add(step);
    }
    return all;
  }

  private @Nullable WorkInFlight stepWithoutAnswer() {
    LifecycleVerticle ours = verticle;
    if (isStarting()) {
      WorkInFlight heard = ours == null ? null : ours.heard();
      return heard != null
          ? heard
          : new WorkInFlight(startName(), null, System.nanoTime() - startingSince);
    }
    if (ours == null || !ours.isDraining()) {
      return null;
    }
    WorkInFlight heard = ours.heard();
    return heard != null ? heard : ours.drainWithoutAnswer();
  }

  /** What took longest among the work that ended since its drain began, longest first. */
  List<WorkInFlight> longestEnded() {
    return verticle == null ? List.of() : verticle.work().longestEnded();
  }

  private String startName() {
    return verticle == null ? "start" : "onStart";
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
    LifecycleVerticle ours = verticle;
    if (ours != null) {
      ours.work().close();
      ours.cutLate();
    }
    List<WorkInFlight> left = awaited(ours == null ? List.of() : ours.work().owed());
    left.addAll(lost());
    abandonDrain();
    return left;
  }

  private void abandonDrain() {
    LifecycleVerticle ours = verticle;
    if (ours != null && ours.isInOnDrain()) {
      onContext(() -> SafeCall.call("onDrainAbandoned", ours::abandonDrain))
          .onFailure(
              problem ->
                  log.warn(
                      "{}: onDrainAbandoned failed", ours.name(), FailureText.forLog(problem)));
    }
  }

  /** The work that ended without what it was for; each unit once. */
  List<WorkInFlight> lost() {
    return verticle == null ? List.of() : verticle.work().takeLost();
  }

  /** Whether the drain waits for peers only that owe nothing and are owed nothing. */
  boolean isDrainIdle() {
    return !isStarting() && (verticle == null || verticle.isDrainIdle());
  }

  /** Ends a drain that {@link #isDrainIdle()}, so that it answers. */
  void endIdleDrain() {
    if (verticle != null) {
      verticle.work().endGraces();
      abandonDrain();
    }
  }

  /** The step whose answer the release waits for; null if it has none to wait for. */
  @Nullable String heldUpBy() {
    WorkInFlight heard = verticle == null ? null : verticle.heard();
    if (heard != null) {
      return heard.name();
    }
    return isStarting()
        ? startName()
        : verticle != null && verticle.isInOnDrain() ? "onDrain" : null;
  }

  /** Waits for a start and a drain that are going on; stops what was started, if it was. */
  Future<?> release() {
    abandonStart();
    return started
        .future()
        .transform(start -> start.succeeded() ? onceDrained() : onContext(this::tidy));
  }

  private Future<Object> onceDrained() {
    return verticle == null
        ? onContext(this::end)
        : verticle.whenDrainAnswered().transform(answer -> onContext(this::end));
  }

  /**
   * The component has stopped, and so will what it depends on: a drain that waits for its turn is
   * too late.
   */
  void leave() {
    if (verticle != null) {
      verticle.forgoDrain();
    }
  }

  /** Tells a start under way, once, that it is not wanted any more. */
  private void abandonStart() {
    LifecycleVerticle ours = verticle;
    if (ours != null && isStarting() && isAbandonedFirst()) {
      ours.giveUpRetries();
      onContext(() -> SafeCall.call("onStartAbandoned", () -> abandonStart(ours)))
          .onFailure(
              problem ->
                  log.warn(
                      "{}: onStartAbandoned failed", ours.name(), FailureText.forLog(problem)));
    }
  }

  private synchronized boolean isAbandonedFirst() {
    boolean first = !startAbandoned;
    startAbandoned = true;
    return first;
  }

  private Future<?> abandonStart(LifecycleVerticle ours) throws Exception {
    if (!started.future().isComplete()) {
      return ours.abandonStart();
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

  /** See {@link Contexts#virtualThreads}. */
  List<Thread> virtualThreads() {
    return Contexts.virtualThreads(context);
  }

  /** Waits no longer for any step, and begins none: its thread never comes back. */
  void lose(Throwable why) {
    if (lost == null) {
      lost = why;
      started.tryFail(why);
      askedNow().forEach(one -> one.tryFail(why));
    }
  }

  private synchronized List<Promise<Object>> askedNow() {
    return asked == null ? List.of() : List.copyOf(asked);
  }

  private synchronized void add(Promise<Object> step) {
    if (asked == null) {
      asked = new ArrayList<>(2);
    }
    asked.add(step);
  }

  private synchronized void remove(Promise<Object> step) {
    if (asked != null && asked.remove(step) && asked.isEmpty()) {
      asked = null;
    }
  }

  private Future<Object> onContext(Supplier<? extends Future<?>> step) {
    Promise<Object> promise = Promise.promise();
    add(promise);
    promise.future().onComplete(answer -> remove(promise));
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
