package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.CloseHooks;
import io.github.vertxlifecycle.vertx.VertxVersion;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The root of an application: declares its components, starts them in dependency order, stops them
 * in the reverse of it.
 *
 * <p>Deploy one instance of it like any verticle, once, or hand it to the launcher. Its start
 * completes when every component runs; if one fails, or the stop is asked for meanwhile, what has
 * started is rolled back first and the start fails with a {@link StartFailedException}. However the
 * stop is asked for ({@link #stop(StopReason)}, an undeploy, {@code Vertx.close()}), it is the same
 * stop: announce, then drain and release each component as soon as its dependents have stopped. The
 * verticle's own stop fails at the end with a {@link StopFailedException} if any component did not
 * stop clean.
 *
 * <p>Its public methods may be called from any thread.
 */
public abstract class RootVerticle extends AbstractVerticle {

  /**
   * Where every event is published on the event bus, on this node only, as a {@link JsonObject}:
   * {@code type} (the name of the record in {@link LifecycleEvent}), {@code epochMs}, and the
   * components of that record by their names; durations in milliseconds, {@code Ms} appended.
   */
  public static final String EVENTS_ADDRESS = "vertx-lifecycle.events";

  private final LifecycleTimeline timeline = new LifecycleTimeline();
  private final EventLane log;
  private final List<LifecycleListener> watchers = new CopyOnWriteArrayList<>();
  private final List<EventLane> lanes = new CopyOnWriteArrayList<>();
  private final Promise<Void> stopped = Promise.promise();

  private volatile TestSettings testSettings = TestSettings.NONE;

  private final Object lock = new Object();
  private @Nullable Plan handedOn; // lock
  private @Nullable Application application; // lock
  private @Nullable ApplicationExtensions extensions; // lock
  private @Nullable StopReason stoppedBeforeStart; // lock
  private @Nullable Throwable failedBeforeStart; // lock
  private boolean escalated; // lock

  /** For subclasses; logs every event through SLF4J. */
  protected RootVerticle() {
    this(LoggingListener.LOG);
    if (FlightRecording.isPossible()) {
      watch(new FlightRecording(timeline));
    }
  }

  /** Logs every event there, and nowhere else. */
  RootVerticle(Logger log) {
    this.log = LoggingListener.lane(log, timeline, SystemClock.instance());
    lanes.add(this.log);
  }

  /**
   * Declares the components. Called once per plan, before anything starts.
   *
   * @param app takes the declarations
   */
  protected abstract void components(Components app);

  /**
   * Adds a listener; to be called before the start. A start, a stop and the undeploy of a component
   * complete once it has heard of all that led to them, or is a quarter of a second behind.
   *
   * @param listener hears every event from then on, on a thread of its own
   */
  public final void listen(LifecycleListener listener) {
    Objects.requireNonNull(listener, "listen got null instead of a listener");
    lanes.add(new EventLane("a listener", listener, SystemClock.instance()));
  }

  /**
   * Adds one that hears every event at the moment in which it happens, on the thread on which it
   * happens. Nothing moves on meanwhile: it must not block, call foreign code or write to a log.
   */
  final void watch(LifecycleListener listener) {
    watchers.add(listener);
  }

  /** Runs what writes to the log, in the order of the events that are logged. */
  final void log(Runnable task) {
    log.run(task);
  }

  /** See {@link LauncherAccess#awaitLog()}. */
  final int awaitLog() throws InterruptedException {
    return log.awaitCaughtUp() ? 0 : log.behind();
  }

  /**
   * Checks declaration and configuration without starting anything. A root that is deployed by hand
   * does the same in its start.
   *
   * @param config the whole configuration
   * @return the plan
   * @throws ConfigurationException listing every problem there is
   */
  public final Plan plan(JsonObject config) {
    return Plan.of(
        this, Objects.requireNonNull(config, "plan got null; an empty object is no configuration"));
  }

  /** Hands on a plan: the start takes it, and does not plan for the deployment's configuration. */
  final void startWith(Plan made) {
    synchronized (lock) {
      handedOn = made;
    }
  }

  private Plan takePlan() {
    if (application() != null) {
      throw new IllegalStateException(
          "this %s was started before, and is good for one start; deploy a new one"
              .formatted(ClassName.of(getClass())));
    }
    NestedComponents host = NestedComponents.around(context);
    if (host != null) {
      throw new IllegalStateException(
          "%s is a root, which component \"%s\" cannot deploy; add its components to the root of that component"
              .formatted(ClassName.of(getClass()), host.place().name()));
    }
    Plan taken;
    synchronized (lock) {
      taken = handedOn;
    }
    if (taken == null) {
      taken = plan(config());
    }
    taken.take();
    return taken;
  }

  /** Never called, so not to be filled in: {@link #components} says what starts. */
  @Override
  public final void start() {}

  /** Never called, so not to be filled in: each component has a stop of its own. */
  @Override
  public final void stop() {}

  /** Starts every component; fails on a Vert.x that the library does not run on. */
  @Override
  public final void start(Promise<Void> promise) {
    VertxVersion.check();
    Plan taken = takePlan();
    Application made =
        new Application(
            ClassName.of(getClass()),
            vertx,
            taken,
            testSettings.clock(),
            timeline,
            this::tellListeners,
            this::caughtUp);
    HandDeployed beside = HandDeployed.in(vertx);
    if (beside != null && !beside.isLaunched(this)) {
      HandDeployedRoot hand = new HandDeployedRoot(this, vertx, context.deploymentID());
      beside.add(hand);
      made.failThrough((who, cause) -> beside.fail(hand.named(who), cause));
    }
    ApplicationExtensions attached = extensions(taken);
    watch(attached);
    listen(new EventBusPublisher(vertx.eventBus()));
    StopReason early;
    Throwable failedEarly;
    boolean forced;
    synchronized (lock) {
      application = made;
      extensions = attached;
      early = stoppedBeforeStart;
      failedEarly = failedBeforeStart;
      forced = escalated;
    }
    Conductor conductor = made.conductor();
    DrainLock drainLock = drainLock(taken.options().drainLock(), conductor);
    Closeable closeHook = this::vertxCloses;
    CloseHooks.add(vertx, closeHook);
    if (forced) {
      conductor.escalate("an early request");
    }
    if (failedEarly != null) {
      conductor.fail(ClassName.of(getClass()), failedEarly);
    }
    if (early != null) {
      conductor.stop(early);
    }
    Future<?> up =
        attached.start(made.view()).onFailure(problem -> conductor.stop(failed(problem)));
    up.compose(v -> conductor.start()).eventually(this::caughtUp).onComplete(promise);
    up.transform(v -> conductor.whenStopped())
        .compose(v -> made.left())
        .eventually(this::caughtUp)
        .eventually(attached::stop)
        .onComplete(
            v -> {
              CloseHooks.remove(vertx, closeHook);
              if (drainLock != null) {
                drainLock.giveBack();
              }
              stopped.tryComplete();
            });
  }

  private @Nullable DrainLock drainLock(@Nullable String lock, Conductor conductor) {
    if (lock == null || lock.isBlank()) { // an empty environment variable means none
      return null;
    }
    DrainLock made = new DrainLock(vertx, lock, this::log);
    conductor.askToDrain(made::take);
    return made;
  }

  private static StopReason failed(Throwable problem) {
    return new StopReason(StopReason.Kind.FAILED_START, ComponentLifecycle.message(problem));
  }

  /**
   * Looks at the lifecycle, from any thread.
   *
   * @return the view; null before the start
   */
  public final @Nullable LifecycleView view() {
    Application current = application();
    return current == null ? null : current.view();
  }

  ApplicationExtensions extensions(Plan ofThis) {
    return ofThis.extensions();
  }

  /** See {@link TestAccess}. */
  final TestSettings testSettings() {
    return testSettings;
  }

  /** Lets a test say how this root is planned and started from now on. */
  final void testWith(TestSettings settings) {
    testSettings = settings;
  }

  /** See {@link LauncherAccess#timeline()}. */
  final LifecycleTimeline timeline() {
    return timeline;
  }

  /** See {@link LauncherAccess#warmUp()}. */
  final RootVerticle warmUp() {
    synchronized (lock) {
      return new WarmUpApplication(
          application == null ? List.of() : application.warmUps(),
          extensions == null ? List.of() : extensions.warmUps());
    }
  }

  /** See {@link LauncherAccess#virtualThreads()}. */
  final List<Thread> virtualThreads() {
    Application current = application();
    return current == null ? List.of() : current.virtualThreads();
  }

  /** See {@link LauncherAccess#giveUp}. */
  final List<String> giveUp(Collection<Thread> threads) {
    Application current = application();
    return current == null ? List.of() : current.giveUp(threads);
  }

  /** See {@link LauncherAccess#gone()}. */
  final Future<?> gone() {
    synchronized (lock) {
      return extensions == null ? Future.succeededFuture() : extensions.gone();
    }
  }

  /** A stop that begins from now on is part of another one. */
  final void endBy(Deadline end) {
    Application current = application();
    if (current != null) {
      current.conductor().endBy(end);
    }
  }

  /** Completes, never fails, when everything has stopped; without asking for it. */
  final Future<Void> whenStopped() {
    return stopped.future();
  }

  private void vertxCloses(Completable<Void> closed) {
    stop(new StopReason(StopReason.Kind.UNDEPLOY, "Vertx.close()"))
        .compose(v -> stopped.future()) // else Vert.x undeploys what is being undeployed
        .onComplete(closed);
  }

  /** Stops every component. */
  @Override
  public final void stop(Promise<Void> promise) {
    Application current = application();
    if (current == null) {
      promise.complete();
      return;
    }
    stop(new StopReason(StopReason.Kind.UNDEPLOY, "undeploy"))
        .compose(
            v -> {
              StopFailedException failure = current.conductor().stopFailure();
              return failure == null
                  ? Future.<Void>succeededFuture()
                  : Future.<Void>failedFuture(failure);
            })
        .onComplete(promise);
  }

  /**
   * Stops every component and leaves the verticle itself deployed, for its owner to undeploy. A
   * start that is going on is abandoned and rolled back; one that has not begun will not.
   *
   * @param reason why
   * @return completes, never fails, when every component has stopped and Vert.x has forgotten it;
   *     the same for every call
   */
  public final Future<Void> stop(StopReason reason) {
    Objects.requireNonNull(reason, "stop got null; a stop needs a reason, for the report");
    Application current;
    synchronized (lock) {
      current = application;
      if (current == null && stoppedBeforeStart == null) {
        stoppedBeforeStart = reason;
      }
    }
    if (current == null) {
      return Future.succeededFuture();
    }
    current.conductor().stop(reason);
    return stopped.future();
  }

  /**
   * Stops every component because the application cannot go on, as a component does with {@link
   * LifecycleVerticle#fail}. Of a root that has not begun to start, the start fails.
   *
   * @param cause why; logged, reported, and in a process of the toolkit's launcher an exit code of
   *     its own, 75
   */
  public final void fail(Throwable cause) {
    fail(ClassName.of(getClass()), Objects.requireNonNull(cause, "cause"));
  }

  /** The same, for what the application knows under another name. */
  final void fail(String who, Throwable cause) {
    Application current;
    synchronized (lock) {
      current = application;
      if (current == null && failedBeforeStart == null) {
        failedBeforeStart = cause;
      }
    }
    if (current != null) {
      current.fail(who, cause);
    }
  }

  /**
   * Ends the announcement and all drains at once: work in flight is cut. Releases still happen, in
   * order.
   *
   * @param by who asked
   */
  public final void escalate(String by) {
    Objects.requireNonNull(by, "escalate got null; say who asks, for the report");
    Application current;
    synchronized (lock) {
      escalated = true;
      current = application;
    }
    if (current != null) {
      current.conductor().escalate(by);
    }
  }

  final @Nullable Application application() {
    synchronized (lock) {
      return application;
    }
  }

  private void tellListeners(LifecycleEvent event) {
    for (LifecycleListener watcher : watchers) {
      Conductor.tell(watcher, event);
    }
    for (EventLane lane : lanes) {
      lane.tell(event);
    }
  }

  /** Completes, never fails, when every listener has heard of all, or is too far behind. */
  private Future<Void> caughtUp() {
    List<Future<?>> all = new ArrayList<>();
    lanes.forEach(lane -> all.add(lane.caughtUp()));
    ApplicationExtensions attached;
    synchronized (lock) {
      attached = extensions;
    }
    if (attached != null) {
      all.addAll(attached.caughtUp());
    }
    return Future.join(all).mapEmpty();
  }
}
