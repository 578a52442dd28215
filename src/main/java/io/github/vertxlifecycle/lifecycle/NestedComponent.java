package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lifecycle of a {@link LifecycleVerticle} that a component has deployed itself, named after
 * both: {@code orders/Writer}.
 *
 * <p>The component asks for its drain and ends it, within the one budget. Vert.x asks for its
 * release, when it undeploys what the component has deployed. Vert.x may ask first, if somebody
 * undeploys this verticle alone: then it drains within its own times, and what is cut is kept for
 * the component's report.
 *
 * <p>Thread-safe.
 */
final class NestedComponent implements ComponentContext {

  private static final Logger log = LoggerFactory.getLogger(NestedComponent.class);

  private final NestedComponents host;
  private final NestedComponents own;
  private final String name;
  private final Context context;
  private final String deployment;
  private final ComponentInstance instance;
  private final LifecycleOptions options;
  private final ComponentTimes times;
  private final Promise<Object> start = Promise.promise();
  private final Promise<Object> drained = Promise.promise();
  private final Promise<Void> asked = Promise.promise();
  private final AtomicBoolean endingIdle = new AtomicBoolean();
  private final Object lock = new Object();
  private boolean drainAsked; // lock
  private @Nullable Future<?> released; // lock
  private volatile @Nullable StopReason undeploy;
  private volatile boolean stopping;
  private volatile @Nullable Throwable startFailure;

  NestedComponent(LifecycleVerticle verticle, Context context, NestedComponents host) {
    this.host = host;
    this.name = host.place().name() + "/" + verticle.name();
    this.context = context;
    this.deployment = context.deploymentID();
    this.own = new NestedComponents(this, host);
    this.instance = ComponentInstance.ofHandDeployed(verticle, context);
    Section section = Section.of(name, context.config());
    this.options = LifecycleOptions.alone(section);
    this.times = ComponentTimes.DEFAULT.overriddenBy(section, options);
    verticle.configure(section);
    section.throwProblems();
    verticle.assign(this);
  }

  // ── what Vert.x asks for ───────────────────────────────────────────────────────────────────────

  Future<?> start() {
    host.add(this);
    own.belongTo(deployment);
    Duration limit = times.plan(name, times.releaseTimeout()).startTimeout();
    Clock.Timer timer = SystemClock.instance().after(limit, () -> startTimedOut(limit));
    start.future().onComplete(answer -> timer.cancel());
    instance.start().onComplete(answer -> SafeCall.settle(start, answer));
    return start.future().recover(this::startFailed);
  }

  /**
   * Fails once what the start has begun has ended, or was cut: Vert.x then closes what that uses.
   */
  private Future<Object> startFailed(Throwable cause) {
    startFailure = cause;
    int left = inFlight();
    if (left > 0) {
      log.warn(
          "{}: did not start: {}; {} in flight are waited for first",
          name,
          ComponentLifecycle.message(cause),
          left);
    }
    Clock.Timer timer = cutAloneInTime();
    return drain()
        .transform(
            answer -> {
              timer.cancel();
              host.abandon(this);
              return Future.failedFuture(cause);
            });
  }

  /** Why its start fails, or what its last try met; null for nothing. */
  @Nullable Throwable startProblem() {
    Throwable failure = startFailure == null ? instance.startProblem() : startFailure;
    return failure == null ? own.startProblem() : failure;
  }

  private Clock.Timer cutAloneInTime() {
    Duration limit = options.budget().drainBy(times.releaseTimeout());
    return SystemClock.instance().after(limit, this::cutAlone);
  }

  private void startTimedOut(Duration limit) {
    Throwable problem = startProblem();
    instance.giveUpStart();
    start.tryFail(
        new StartFailedException(
            "\"%s\" did not start within %s%s"
                .formatted(name, Durations.format(limit), ComponentLifecycle.lastTry(problem)),
            problem));
  }

  /** Never fails: what goes wrong is in the component's report. */
  Future<Void> stop() {
    asked.tryComplete();
    NestedComponents whole = NestedComponents.undeployedAround(context);
    if (whole == null) {
      undeployed();
    } else {
      whole.place().undeployed(); // which asks for this drain, in its turn
    }
    return (whole == null ? drained.future() : whole.closed())
        .transform(answer -> release())
        .transform(answer -> succeeded());
  }

  @Override
  public void undeployed() {
    boolean alone;
    synchronized (lock) {
      alone = !drainAsked;
    }
    if (alone) {
      undeploy = new StopReason(StopReason.Kind.UNDEPLOY, "undeploy of \"" + name + "\"");
      Clock.Timer timer = cutAloneInTime();
      drain().onComplete(answer -> timer.cancel());
    }
    drained.future().onComplete(answer -> release());
  }

  /** See {@link NestedComponents#giveUp}. */
  void giveUp(Thread thread, Throwable why) {
    if (instance.needs(thread)) {
      instance.lose(why);
      asked.tryFail(why); // Vert.x asks on the same context
    }
    own.giveUp(thread, why);
  }

  private static Future<Void> succeeded() {
    return Future.succeededFuture();
  }

  private void cutAlone() {
    if (!drained.future().isComplete() && isDrainIdle() && endingIdle.compareAndSet(false, true)) {
      endIdleDrain();
      SystemClock.instance().after(ComponentLifecycle.MOMENT, this::cutAlone);
      return;
    }
    List<WorkInFlight> cut = left();
    if (!cut.isEmpty()) {
      log.warn("{}: cut {}", name, cut.stream().map(WorkInFlight::label).toList());
      host.lose(cut); // before the component hears that this has drained
    }
    drained.tryComplete();
  }

  // ── what the component asks for ────────────────────────────────────────────────────────────────

  void announce() {
    instance.announce();
    own.announce();
  }

  void abandonStart() {
    if (!start.future().isComplete()) {
      drain();
    }
    own.abandonStarts();
  }

  /** Completes, never fails, when nothing is in flight or its drain was cut. */
  Future<?> drain() {
    synchronized (lock) {
      if (drainAsked) {
        return drained.future();
      }
      drainAsked = true;
    }
    own.abandonStarts();
    Duration limit = times.drainTimeout();
    Clock.Timer timer =
        limit == null ? () -> {} : SystemClock.instance().after(limit, this::cutAlone);
    Future<Object> asked = instance.drain().map(answer -> (Object) name);
    asked
        .onFailure(problem -> host.failed(name, problem))
        .transform(answer -> own.drain())
        .onComplete(
            answer -> {
              timer.cancel();
              host.lose(instance.lost().stream().map(this::named).toList());
              drained.tryComplete();
            });
    return drained.future();
  }

  boolean isDrainIdle() {
    return drained.future().isComplete() || (instance.isDrainIdle() && own.isIdle());
  }

  void endIdleDrain() {
    if (!drained.future().isComplete()) {
      instance.endIdleDrain();
      own.endIdleDrain();
    }
  }

  /** Waits no longer; returns what is in flight, nothing if that is known or was cut before. */
  List<WorkInFlight> cut() {
    drain();
    List<WorkInFlight> left = left();
    drained.tryComplete();
    return left;
  }

  private List<WorkInFlight> left() {
    if (drained.future().isComplete()) {
      return List.of();
    }
    List<WorkInFlight> cut = new ArrayList<>();
    instance.cut().forEach(work -> cut.add(named(work)));
    cut.addAll(own.cut());
    return cut;
  }

  List<WorkInFlight> longestEnded() {
    List<WorkInFlight> longest = new ArrayList<>(own.longestEnded());
    instance.longestEnded().forEach(work -> longest.add(named(work)));
    return longest;
  }

  private WorkInFlight named(WorkInFlight work) {
    return new WorkInFlight(name + ": " + work.name(), work.peer(), work.ageNanos(), work.origin());
  }

  /** Drains first, unless it has. Completes, never fails, when all is given back. */
  Future<?> release() {
    Promise<Object> done = Promise.promise();
    synchronized (lock) {
      if (released != null) {
        return released;
      }
      released = done.future();
    }
    drain()
        .onComplete(answer -> own.close())
        .transform(
            answer -> UndeployInside.turn(context.owner(), deployment, name, asked.future(), false))
        .onFailure(problem -> host.failed(name, problem))
        .transform(turn -> own.release())
        .transform(
            nested -> {
              stopping = true;
              return instance.release();
            })
        .eventually(own::released)
        .onComplete(
            answer -> {
              if (answer.failed()) {
                host.failed(name, answer.cause());
              }

              instance.leave();
              own.leave();
              own.forget(deployment);
              host.remove(this);
              done.complete();
            });
    return done.future();
  }

  WorkStats stats() {
    WorkStats all = WorkStats.sum(List.of(instance.stats(), own.stats()));
    List<WorkInFlight> named = new ArrayList<>();
    instance.stats().inFlight().forEach(work -> named.add(named(work)));
    named.addAll(own.stats().inFlight());
    return new WorkStats(all.admitted(), all.refused(), named);
  }

  int inFlight() {
    return instance.inFlight() + own.inFlight();
  }

  boolean isDeployment(String id) {
    return id.equals(deployment) || own.isDeployment(id);
  }

  @Nullable String heldUpBy() {
    String step = instance.heldUpBy();
    return step == null ? own.heldUpBy() : name + ": " + step;
  }

  /** Where a release that goes on stands: the step with this path, or a deeper one. */
  @Nullable String releaseHeldUpBy() {
    String deeper = own.releaseHeldUpBy();
    if (deeper != null) {
      return deeper;
    }
    String step = instance.heldUpBy();
    return step != null ? name + ": " + step : stopping ? name + ": onStop" : null;
  }

  // ── what the verticle asks for ─────────────────────────────────────────────────────────────────

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable StopReason reason() {
    StopReason whole = host.place().reason();
    return whole == null ? undeploy : whole;
  }

  @Override
  public <T> T use(String component, Class<T> type) {
    return host.place().use(component, type);
  }

  @Override
  public <T> T use(Class<T> type) {
    return host.place().use(type);
  }

  @Override
  public String lateUse() {
    return host.place().lateUse();
  }

  @Override
  public @Nullable Work trailing(String what) {
    return own.trailing(what);
  }

  @Override
  public void fail(String who, Throwable cause) {
    host.place().fail(who, cause);
  }
}
