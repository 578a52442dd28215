package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Contexts;
import io.github.vertxlifecycle.vertx.VertxVersion;
import io.github.vertxlifecycle.work.Admission;
import io.github.vertxlifecycle.work.RefusedException;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A verticle that finishes what it has begun before it stops.
 *
 * <p>A subclass fills in up to four steps, all called on the verticle's own context: {@link
 * #onStart()} acquires, {@link #onAnnounce()} hears that a stop is coming, {@link #onDrain()} stops
 * taking new work, {@link #onStop()} releases. Between the last two the toolkit waits for the work
 * in flight, which the subclass reports with {@link #track} and {@link #admit}. {@code onStop} is
 * called once, only if {@code onStart} succeeded, and never beside {@code onStart} or {@code
 * onDrain}. A step that throws, fails or returns null has failed: {@code onStart} fails the start,
 * the others the component's stop, which goes on with the next step all the same.
 *
 * <p>It runs as a component of a {@link RootVerticle} or alone, deployed by hand. Alone, its {@code
 * stop} does the same within its own {@code stopTimeout}, read from its configuration like {@code
 * startTimeout}, {@code drainTimeout} and {@code releaseTimeout}. Alone beside an application that
 * the toolkit's launcher runs, it is stopped after all components, in the time that these have
 * left, and counts in report and exit code as they do, even if it ended before, unless clean.
 */
public abstract class LifecycleVerticle extends AbstractVerticle {

  private final WorkTracker work = new WorkTracker(SystemClock.instance());
  private @Nullable Admission admission; // any thread makes one, and each is as good
  private volatile @Nullable Belongings belongings; // many have none

  private volatile @Nullable ComponentContext componentContext;
  private volatile @Nullable Throwable startProblem;
  private volatile @Nullable Promise<Void> drainAnswer; // of onDrain; made when it is asked for
  private volatile long drainingSince;
  private volatile boolean askedToDrain;
  private volatile boolean inOnDrain;
  private volatile boolean drainForgone;
  private volatile @Nullable String hearing; // the step that does, on the context
  private volatile long hearingSince;
  private volatile @Nullable Throwable stepProblem; // of onAnnounce and onDrain; set on the context
  private @Nullable StandaloneComponent standalone;
  private @Nullable NestedComponent nested;

  /** For subclasses. */
  protected LifecycleVerticle() {}

  /** What some verticles have. */
  private record Belongings(
      Map<Class<?>, Object> provided,
      Map<String, Callable<? extends Future<?>>> checks,
      Set<Retry<?>> retries,
      Set<Future<?>> late) { // tracked after its drain

    private static final Belongings NONE = new Belongings(Map.of(), Map.of(), Set.of(), Set.of());

    /** To be made once for each verticle; nobody else has this lock for longer. */
    static synchronized Belongings of(LifecycleVerticle verticle) {
      Belongings made = verticle.belongings;
      if (made == null) {
        made =
            new Belongings(
                new ConcurrentHashMap<>(),
                new ConcurrentHashMap<>(),
                ConcurrentHashMap.newKeySet(),
                ConcurrentHashMap.newKeySet());
        verticle.belongings = made;
      }
      return made;
    }
  }

  private Belongings belongings() {
    Belongings made = belongings;
    return made == null ? Belongings.NONE : made;
  }

  private Belongings toAddTo() {
    Belongings made = belongings;
    return made == null ? Belongings.of(this) : made;
  }

  // ── for subclasses to fill in ──────────────────────────────────────────────────────────────────

  /**
   * Reads this component's section of the configuration, before anything has started and before the
   * verticle has a context, on any thread. A problem is told to the section, not thrown, so that
   * all problems of all sections are listed at once. Where a subclass reads keys here, other keys
   * are unknown; where it reads none, its section is free.
   *
   * @param section this component's part of the configuration
   */
  protected void configure(Section section) {}

  /**
   * A JSON schema for this component's section, for those who prefer one to {@link #configure}.
   *
   * @return the schema, or null for none
   */
  protected @Nullable JsonObject configSchema() {
    return null;
  }

  /**
   * Acquires what this component needs. Its dependencies run.
   *
   * @return completes when this component can do its work
   * @throws Exception fails the start
   */
  protected Future<?> onStart() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Hears that what {@link #onStart()} prepares is not wanted any more while it still goes on: a
   * stop came, or its timeout passed. The verticle ends here what that start merely waits for.
   * Pauses of {@link #retry} end by themselves. What must not be broken off, a migration say, goes
   * on: a stop waits for the start as it does for work in flight, within its budget, and what the
   * component depends on stays up meanwhile. After its own timeout a start is waited for as long as
   * {@code releaseTimeout} only, work that it tracks still within the budget.
   *
   * @throws Exception is logged; the start is awaited all the same
   */
  protected void onStartAbandoned() throws Exception {}

  /**
   * Hears that a stop is coming: readiness is down, everything still serves.
   *
   * @throws Exception fails this component's stop, which goes on
   */
  protected void onAnnounce() throws Exception {}

  /**
   * Stops taking new work; all dependents have stopped. {@link #admit} refuses already. Work in
   * flight is awaited after it. Until it has answered it is work in flight itself, named {@code
   * onDrain} if its deadline overtakes it; while {@link #onAnnounce()} keeps it from running, that
   * is named.
   *
   * @return completes when no new work can come
   * @throws Exception fails this component's stop, which goes on
   */
  protected Future<?> onDrain() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Hears that nobody waits for {@link #onDrain()} any more, which still goes on: its deadline
   * passed, or a second signal came. The verticle ends here whatever that drain waits for, because
   * {@link #onStop()} is not called before the drain has answered, and the component is given up if
   * that takes longer than {@code releaseTimeout}.
   *
   * @throws Exception is logged; the drain is awaited all the same
   */
  protected void onDrainAbandoned() throws Exception {}

  /**
   * Whether this component cannot run twice at a time: it has a directory of data, a lock, or a
   * port that is not an HTTP server's. An application with such a component is not handed over to
   * another process that runs beside it.
   *
   * @return false by default
   */
  protected boolean exclusive() {
    return false;
  }

  /**
   * Whether the answer of {@link #onDrain()} waits for nothing but tracked work. Then a report
   * names that work, and the drain itself only when there is none.
   *
   * @return false by default
   */
  protected boolean drainsTrackedWorkOnly() {
    return false;
  }

  /**
   * Gives back what this component holds. Nothing is in flight, unless it was cut. Never called
   * before {@link #onStart()} and {@link #onDrain()} have answered.
   *
   * @return completes when all is given back
   * @throws Exception fails this component's stop
   */
  protected Future<?> onStop() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * A verticle that stands in for one of this kind while the launcher warms a stop up, so that a
   * real one finds its classes loaded: it runs the code of the steps above on nothing that matters.
   * Called on any thread, while this verticle runs.
   *
   * @return the stand-in, null for none
   */
  protected @Nullable LifecycleVerticle warmUp() {
    return null;
  }

  // ── for subclasses to call ─────────────────────────────────────────────────────────────────────

  /**
   * The name of this component; for a verticle deployed by hand, its class.
   *
   * @return the name
   */
  protected final String name() {
    ComponentContext current = componentContext;
    return current == null ? className() : current.name();
  }

  private String className() {
    return ClassName.of(getClass());
  }

  /**
   * Why this component was asked to stop.
   *
   * @return the reason, null while it was not
   */
  protected final @Nullable StopReason stopReason() {
    ComponentContext current = componentContext;
    return current == null ? null : current.reason();
  }

  /**
   * Says that this component cannot go on, so the application cannot: everything stops in order, as
   * on a signal. The cause is logged and reported, and a process that the toolkit's launcher runs
   * ends with 75, or with a worse code if work is lost. A start that is not complete is abandoned
   * and rolled back. While a stop goes on, the cause is logged and reported and sets that code all
   * the same. From any thread, and any number of times: the first cause counts.
   *
   * @param cause why
   * @throws IllegalStateException before Vert.x has begun to deploy this verticle
   */
  protected final void fail(Throwable cause) {
    given(cause, "fail", "a cause");
    ComponentContext current = componentContext;
    if (current == null) {
      throw new IllegalStateException(
          "fail(" + FailureText.string(cause) + ") before the start", cause);
    }
    current.fail(current.name(), cause);
  }

  /**
   * The work in flight, for code that counts it unit by unit.
   *
   * @return the tracker of this instance
   */
  protected final WorkTracker work() {
    return work;
  }

  /**
   * Counts a future as work in flight until it completes, even while new work is refused. Work that
   * begins after this verticle's own drain, while other instances of the component or what is
   * nested in it still drain or it is released, is waited for as well; once the component has
   * stopped it is not, which the log says.
   *
   * @param what its name, for the reader of a report
   * @param future the work, already begun
   * @param <T> its result
   * @return the same future
   */
  protected final <T> Future<T> track(String what, Future<T> future) {
    Objects.requireNonNull(future, () -> what + " is null, not a future");
    Work one = work.tryCount(what, null);
    if (one == null) {
      trackLate(what, future);
    } else {
      future.onComplete(done -> one.done());
    }
    return future;
  }

  private void trackLate(String what, Future<?> future) {
    Work one = trailing(what);
    if (one == null) {
      work.countRefused();
      return;
    }
    Set<Future<?>> late = toAddTo().late();
    late.add(future);
    future.onComplete(
        done -> {
          late.remove(future);
          one.done();
        });
  }

  private @Nullable Work trailing(Object what) {
    ComponentContext current = componentContext;
    return current == null ? null : current.trailing(what.toString());
  }

  /**
   * Begins new work and counts it until it completes; refuses it once this component drains.
   *
   * @param what its name, for the reader of a report
   * @param begin begins the work
   * @param <T> its result
   * @return the work's future, or one failed with {@link RefusedException}
   */
  protected final <T> Future<T> admit(String what, Supplier<Future<T>> begin) {
    return admission().admit(what, begin);
  }

  /**
   * The way in for new work, for code that stands between this component and its users: a wrapper
   * around a client, say.
   *
   * @return counts into {@link #work()}, refuses with {@link #refusal}
   */
  protected final Admission admission() {
    Admission made = admission;
    if (made == null) {
      made = new Admission(work, this::refusal, this::trailing);
      admission = made;
    }
    return made;
  }

  /**
   * Explains that work came too late, and reports it if it came from another component: as an edge
   * that was not declared, or as work left over from a dependent that has stopped.
   *
   * @param what the work
   * @return the exception to answer with; it names both components
   */
  protected final RefusedException refusal(String what) {
    ComponentContext current = componentContext;
    String use = current == null ? "" : current.lateUse();
    return new RefusedException(
        "component \"%s\" refuses %s: it %s%s"
            .formatted(
                name(),
                what,
                current == null || current.reason() == null ? "takes no work" : "is stopping",
                use));
  }

  /**
   * Adds a health check, which counts towards readiness while this component runs. To be called
   * before the start ends. It is asked now and then, not on every probe, with a deadline.
   *
   * @param what is asked: {@code SELECT 1}
   * @param check asks, on this verticle's context; healthy if the future succeeds, unhealthy if it
   *     fails or the check throws
   */
  protected final void health(String what, Callable<? extends Future<?>> check) {
    toAddTo()
        .checks()
        .put(
            given(what, "health", "a name for its check"),
            given(check, "health", "a check: " + what));
  }

  /**
   * Offers something to the components that depend on this one. To be called before the start ends.
   *
   * @param type under which it is asked for, most often an interface
   * @param value the thing
   * @param <T> its type
   */
  protected final <T> void provide(Class<T> type, T value) {
    given(type, "provide", "a type");
    toAddTo()
        .provided()
        .put(
            type,
            given(value, "provide", "a " + ClassName.of(type) + "; call it once there is one"));
  }

  /**
   * Asks for what a dependency provides.
   *
   * @param component the dependency's name
   * @param type what is wanted
   * @param <T> its type
   * @return the thing, the client's own interface
   * @throws MissingDependencyException if this component has not declared that dependency
   */
  protected final <T> T use(String component, Class<T> type) {
    given(component, "use", "the name of a component");
    given(type, "use", "a type");
    ComponentContext current = componentContext;
    if (current == null) {
      throw new IllegalStateException("use(\"" + component + "\") before the start");
    }
    return current.use(component, type);
  }

  /**
   * Asks for what exactly one of this component's declared dependencies provides under that very
   * type, subtypes not counted.
   *
   * @param type what is wanted
   * @param <T> its type
   * @return the thing, the client's own interface
   * @throws MissingDependencyException if no declared dependency provides it
   * @throws IllegalStateException if several do; {@link #use(String, Class)} names one
   */
  protected final <T> T use(Class<T> type) {
    given(type, "use", "a type");
    ComponentContext current = componentContext;
    if (current == null) {
      throw new IllegalStateException("use(" + ClassName.of(type) + ".class) before the start");
    }
    return current.use(type);
  }

  /**
   * Tries until it succeeds: exponential pauses with equal jitter (M. Brooker, "Exponential Backoff
   * and Jitter", AWS 2015), the n-th between the half and the whole of 50 ms · 2ⁿ, at most of 2 s.
   * The start timeout ends it, and so does a stop. The log has a line when the reason changes, and
   * one in ten seconds while it stays the same.
   *
   * @param what is tried, for the log: {@code connect to PostgreSQL at localhost:5432}
   * @param attempt one try
   * @param again whether to try again after this failure
   * @param <T> the result
   * @return the first success, or the first failure after which there is no other try
   */
  protected final <T> Future<T> retry(
      String what, Supplier<Future<T>> attempt, Predicate<Throwable> again) {
    Retry<T> retry =
        new Retry<>(
            vertx,
            name() + ": " + what,
            attempt,
            problem -> {
              startProblem = problem;
              return stopReason() == null && again.test(problem);
            });
    Set<Retry<?>> retries = toAddTo().retries();
    retries.add(retry);
    return retry.run().onComplete(done -> retries.remove(retry));
  }

  /**
   * Says what a start that goes on waits for, for the message in case that its timeout passes.
   * {@link #retry} does it by itself.
   *
   * @param problem the last failure
   */
  protected final void startHeldUpBy(Throwable problem) {
    startProblem = problem;
  }

  /**
   * Calls a step that a ready verticle leaves to its own subclasses, as the toolkit calls the steps
   * of this class.
   *
   * @param name the method's name, for the message if it returns null
   * @param code the step
   * @return what the step returned; a failed future if it threw or returned null
   */
  protected static final Future<?> step(String name, Callable<? extends @Nullable Future<?>> code) {
    return SafeCall.call(name, code);
  }

  private <T> T given(@Nullable T value, String method, String what) {
    if (value == null) {
      throw new NullPointerException(
          "component \"%s\": %s got null; it needs %s".formatted(name(), method, what));
    }
    return value;
  }

  // ── the machinery ──────────────────────────────────────────────────────────────────────────────

  final void assign(ComponentContext place) {
    componentContext = place;
  }

  /** Whether this instance has had its one life, or has it now. */
  final boolean isUsed() {
    return componentContext != null;
  }

  /** Why this instance cannot start. */
  final String usedBefore() {
    return "this %s was deployed before, and an instance is good for one deployment; deploy a new one"
        .formatted(className());
  }

  /** Never called, so not to be filled in: a subclass fills in {@link #onStart()}. */
  @Override
  public final void start() {}

  /** Never called, so not to be filled in: a subclass fills in {@link #onStop()}. */
  @Override
  public final void stop() {}

  /** Runs the start; under a root it is {@link #onStart()}, alone it is that with a deadline. */
  @Override
  public final void start(Promise<Void> promise) {
    ComponentContext place = componentContext;
    if (standalone != null || nested != null || (place != null && !place.runs(context))) {
      promise.fail(new IllegalStateException(usedBefore()));
    } else if (place == null) {
      VertxVersion.check();
      NestedComponents host = NestedComponents.around(context);
      if (host == null) {
        StandaloneComponent alone = new StandaloneComponent(this, context);
        standalone = alone;
        alone.startAll().onComplete(promise);
      } else {
        NestedComponent inside = new NestedComponent(this, context, host);
        nested = inside;
        inside.start().<Void>mapEmpty().onComplete(promise);
      }
    } else {
      begin().<Void>mapEmpty().onComplete(promise);
    }
  }

  /** Runs the stop; under a root it is {@link #onStop()}, alone it is drain and release. */
  @Override
  public final void stop(Promise<Void> promise) {
    (nested != null
            ? nested.stop()
            : standalone != null ? standalone.stop() : end().<Void>mapEmpty())
        .onComplete(promise);
  }

  /** Ends the pauses between tries; a try that is going on ends by itself. */
  final void giveUpRetries() {
    belongings().retries().forEach(Retry::giveUp);
  }

  final Future<?> begin() {
    return own("onStart", this::onStart);
  }

  private Future<?> own(String step, Callable<? extends @Nullable Future<?>> code) {
    ComponentContext place = componentContext;
    return place == null ? SafeCall.call(step, code) : place.step(step, code);
  }

  /** A failure is kept for the drain and the release, which have answers to fail. */
  final void announce() {
    try {
      hear("onAnnounce", this::onAnnounce);
    } catch (Throwable e) {
      stepFailed(e);
    }
  }

  /** A step without an answer, which others on the context wait for while it runs. */
  private interface Hearing {
    void run() throws Exception;
  }

  private void hear(String step, Hearing code) throws Exception {
    hearingSince = System.nanoTime();
    hearing = step;
    try {
      code.run();
    } finally {
      hearing = null;
    }
  }

  /**
   * The step without an answer that runs now, so that the next step cannot; null for none. A
   * virtual thread that waits in it may let others run: then those are what is waited for.
   */
  final @Nullable WorkInFlight heard() {
    String step = hearing;
    boolean drainIsNext = isDraining() && !inOnDrain;
    return step == null
            || (context.threadingModel() == ThreadingModel.VIRTUAL_THREAD && !drainIsNext)
        ? null
        : new WorkInFlight(step, null, System.nanoTime() - hearingSince);
  }

  private void stepFailed(Throwable problem) {
    stepProblem = JoinedFailures.join(stepProblem, problem);
  }

  /** Takes no new work from now on. From any thread. */
  final void askToDrain() {
    drainingSince = System.nanoTime();
    if (drainAnswer == null) {
      drainAnswer = Promise.promise();
    }
    askedToDrain = true;
    work.refuse();
    work.watch();
  }

  /** On the context, which may have come to it late: after its deadline, but never too late. */
  final Future<?> drain() {
    if (drainForgone) {
      return Future.succeededFuture();
    }
    inOnDrain = true;
    Promise<Void> none = Promise.promise();
    own("onDrain", this::onDrain)
        .onComplete(
            own -> {
              if (own.failed()) {
                stepFailed(own.cause()); // before the stop, which may wait for the answer, looks
              }
              drainAnswered();
              Throwable problem = stepProblem;
              work.whenNone(
                  () -> {
                    if (problem == null) {
                      none.tryComplete();
                    } else {
                      none.tryFail(problem);
                    }
                  },
                  new NextTurn(context));
            });
    return none.future();
  }

  /** There is nothing of the drain to wait for any more but work in flight. */
  final void drainAnswered() {
    inOnDrain = false;
    Promise<Void> answer = drainAnswer;
    if (answer != null) {
      answer.tryComplete();
    }
  }

  /** Whether a drain was asked for and has not answered. */
  final boolean isDraining() {
    return askedToDrain && !hasDrainAnswered();
  }

  private boolean hasDrainAnswered() {
    Promise<Void> answer = drainAnswer;
    return answer != null && answer.future().isComplete();
  }

  /** Whether {@link #onDrain()} was called and has not answered. */
  final boolean isInOnDrain() {
    return inOnDrain;
  }

  /** The drain as work in flight; null for none. */
  final @Nullable WorkInFlight drainWithoutAnswer() {
    return isDraining() && !(drainsTrackedWorkOnly() && work.count() > 0)
        ? new WorkInFlight("onDrain", null, System.nanoTime() - drainingSince)
        : null;
  }

  /**
   * Whether nothing is lost if the drain ends now: no work is in flight, and {@link #onDrain()},
   * which has been called, waits for no other.
   */
  final boolean isDrainIdle() {
    return work.owed().isEmpty() && (inOnDrain ? drainsTrackedWorkOnly() : hasDrainAnswered());
  }

  /** Completes, never fails, when no drain is going on or to come. */
  final Future<Void> whenDrainAnswered() {
    Promise<Void> answer = askedToDrain ? drainAnswer : null;
    return answer == null ? Future.succeededFuture() : answer.future();
  }

  /** A drain that has not been called yet will not be. */
  final void forgoDrain() {
    drainForgone = true;
  }

  /** Tells a drain that is going on that nobody waits for it. On the context. */
  final Future<?> abandonDrain() throws Exception {
    if (isDraining()) {
      hear("onDrainAbandoned", this::onDrainAbandoned);
    }
    return Future.succeededFuture();
  }

  /** Tells a start that is going on that it is not wanted any more. On the context. */
  final Future<?> abandonStart() throws Exception {
    hear("onStartAbandoned", this::onStartAbandoned);
    return Future.succeededFuture();
  }

  final Future<?> end() {
    if (belongings().late().isEmpty()) {
      return stopNow();
    }
    Promise<Void> turn = Contexts.promise(context); // goes on there
    lateEnded().onComplete(ended -> turn.complete());
    return turn.future().transform(v -> stopNow());
  }

  private Future<?> stopNow() {
    return own("onStop", this::onStop)
        .eventually(this::lateEnded)
        .transform(this::withEarlierSteps);
  }

  /** The drain is cut, and so is what was tracked after this verticle's own. */
  final void cutLate() {
    Belongings made = belongings;
    if (made != null) {
      made.late().clear();
    }
  }

  /** Before the stop, and before the context is closed, with all that this work may use. */
  private Future<?> lateEnded() {
    List<Future<?>> left = List.copyOf(belongings().late());
    return left.isEmpty()
        ? Future.succeededFuture()
        : Future.join(left).transform(all -> lateEnded());
  }

  /** A drain that is cut has no answer that could tell of a step which failed. */
  private Future<?> withEarlierSteps(AsyncResult<?> stop) {
    if (stop.failed() && stepProblem != null) {
      stepFailed(stop.cause());
    }
    Throwable problem = stepProblem == null ? stop.cause() : stepProblem;
    return problem == null ? Future.succeededFuture() : Future.failedFuture(problem);
  }

  final Map<String, Callable<? extends Future<?>>> checks() {
    return belongings().checks();
  }

  final @Nullable Throwable startProblem() {
    return startProblem;
  }

  final <T> @Nullable T provided(Class<T> type) {
    Map<Class<?>, Object> provided = belongings().provided();
    Object exact = provided.get(type);
    if (exact == null) {
      exact = provided.values().stream().filter(type::isInstance).findFirst().orElse(null);
    }
    return exact == null ? null : type.cast(exact);
  }

  final boolean provides(Class<?> type) {
    return belongings().provided().containsKey(type);
  }

  final List<String> providedTypes() {
    return belongings().provided().keySet().stream()
        .map(type -> ClassName.of(type))
        .sorted()
        .toList();
  }
}
