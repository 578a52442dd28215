package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LauncherAccess;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.LifecycleView;
import io.github.vertxlifecycle.lifecycle.MissingDependencyException;
import io.github.vertxlifecycle.lifecycle.Plan;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.lifecycle.TestAccess;
import io.github.vertxlifecycle.report.StopReport;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.time.ManualClock;
import io.github.vertxlifecycle.vertx.Contexts;
import io.github.vertxlifecycle.vertx.Deployments;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One component alone, with fakes for what it uses, on a clock that stands still until the test
 * moves it.
 *
 * <pre>{@code
 * @RegisterExtension
 * final ComponentTest<HitsVerticle> hits =
 *     ComponentTest.of(HitsVerticle::new).providing("redis", Redis.class, fake);
 *
 * @Test
 * void finishesItsBatch() {
 *   hits.start();
 *   hits.drain();
 *   assertThat(hits.inFlight()).containsExactly("batch 1");
 *   hits.advance(Duration.ofSeconds(5));
 *   batch.complete();
 *   assertThat(hits.stop()).isClean();
 * }
 * }</pre>
 *
 * <p>The component runs in the real lifecycle, on one event loop of a Vert.x of its own: {@code
 * use()} finds what {@link #providing} says, {@code onStart}, {@code onAnnounce}, {@code onDrain}
 * and {@code onStop} are called on its context in that order. The deadlines of start, drain and
 * release are on the test's clock; Vert.x's own timers, threads of workers, and the age of work in
 * reports, are on real time. {@link #start}, {@link #drain}, {@link #release} and {@link #advance}
 * return when that event loop has nothing more to do, so that what the component does on it has
 * been done.
 *
 * <p>The test closes it, or registers it as an extension in an instance field, which closes it
 * after each test. Its methods are to be called by one thread, which is no event loop.
 *
 * @param <V> the component's class
 */
public final class ComponentTest<V extends LifecycleVerticle>
    implements AfterEachCallback, AutoCloseable {

  /** As many hops as any step takes from one task of the event loop to the next, and more. */
  private static final int HOPS = 20;

  private final Supplier<V> verticle;
  private final Map<String, Map<Class<?>, Object>> provided = new LinkedHashMap<>();
  private final JsonObject section = new JsonObject();
  private final JsonObject lifecycle = new JsonObject();
  private final ManualClock clock = new ManualClock();
  private @Nullable String name;
  private @Nullable Running running;

  private ComponentTest(Supplier<V> verticle) {
    this.verticle = verticle;
  }

  /**
   * A component to be started alone.
   *
   * @param verticle makes it: a constructor
   * @param <V> its class
   * @return the component, to be completed
   */
  public static <V extends LifecycleVerticle> ComponentTest<V> of(Supplier<V> verticle) {
    return new ComponentTest<>(verticle);
  }

  // ── what a test says before the start ──────────────────────────────────────────────────────────

  private void beforeStart() {
    if (running != null) {
      throw new IllegalStateException("the component has started; say this before");
    }
  }

  /**
   * Names the component; without it, it has the name of its class.
   *
   * @param componentName as in the application
   * @return this
   */
  public ComponentTest<V> named(String componentName) {
    beforeStart();
    name = componentName;
    return this;
  }

  /**
   * Gives the component a dependency that provides something: a fake.
   *
   * @param component the name of the dependency
   * @param type under which the component asks for it
   * @param value the thing
   * @param <T> its type
   * @return this
   */
  public <T> ComponentTest<V> providing(String component, Class<T> type, T value) {
    beforeStart();
    provided.computeIfAbsent(component, one -> new LinkedHashMap<>()).put(type, value);
    return this;
  }

  /**
   * Adds to the component's own section of the configuration.
   *
   * @param hocon its keys and values, for example {@code every = 1s, drainTimeout = 2s}
   * @return this
   * @throws IllegalArgumentException if it cannot be read
   */
  public ComponentTest<V> config(String hocon) {
    beforeStart();
    section.mergeIn(TestConfiguration.text(hocon), true);
    return this;
  }

  /**
   * Sets the budget of the stop, 25 s by default, a second of which is reserved for the release of
   * the component and one for those of its dependencies.
   *
   * @param budget {@code lifecycle.stopTimeout}
   * @return this
   */
  public ComponentTest<V> stopTimeout(Duration budget) {
    beforeStart();
    lifecycle.put("stopTimeout", budget.toMillis());
    return this;
  }

  // ── the steps ──────────────────────────────────────────────────────────────────────────────────

  /**
   * Starts the component, and waits until it runs.
   *
   * @return this
   * @throws AssertionError if it does not start, or has not after minutes
   */
  public ComponentTest<V> start() {
    Future<?> starting = starting();
    TestWait.until(
        starting,
        TestWait.PATIENCE,
        () ->
            "%s has not started; complete what its onStart waits for, or begin with starting() and advance() the clock past its startTimeout"
                .formatted(componentName()));
    if (starting.failed()) {
      throw notStarted(starting.cause());
    }
    running().settle();
    return this;
  }

  private AssertionError notStarted(Throwable cause) {
    boolean missing = cause.getCause() instanceof MissingDependencyException;
    return new AssertionError(
        "%s did not start: %s%s"
            .formatted(
                componentName(),
                FailureText.of(cause),
                missing ? "; say .providing(…) for each thing that it uses" : ""),
        cause);
  }

  /**
   * Begins the start, for a test that looks at it while it goes on.
   *
   * @return completes when the component runs, fails if it does not start; on any thread, once the
   *     log has been told, so a moment later than {@link #state}
   * @throws AssertionError if its configuration has problems
   * @throws IllegalStateException if it has started before
   */
  public Future<?> starting() {
    beforeStart();
    Running made = new Running();
    running = made;
    Future<?> starting = made.start();
    made.settle();
    return starting;
  }

  /**
   * Begins the stop of the component: {@code onAnnounce}, and {@code onDrain} unless it still
   * starts. What it has in flight is waited for, until its deadline on the test's clock; then, or
   * when nothing is in flight, the component is {@link ComponentState#RELEASING}, but {@code
   * onStop} is not called before {@link #release}.
   *
   * @return this
   */
  public ComponentTest<V> drain() {
    running().beginStop();
    return this;
  }

  /**
   * Lets the component release what it holds: {@code onStop} is called once it has drained.
   *
   * @return this
   */
  public ComponentTest<V> release() {
    drain();
    running().release();
    return this;
  }

  /**
   * Stops the component: drains and releases it, as far as that has not been done, and waits for
   * the end. What never ends by itself ends at its deadline: {@link #drain} and {@link #advance}
   * past it before.
   *
   * @return how it stopped; its dependencies are in it, too
   * @throws AssertionError if it has not stopped after minutes of real time
   */
  public StopResult stop() {
    release();
    return running().stopped();
  }

  /**
   * Lets time pass: whatever is due by then happens, in its order, each with the clock at its own
   * moment.
   *
   * @param span how much
   * @return this
   */
  public ComponentTest<V> advance(Duration span) {
    Duration left = span;
    for (Duration next = clock.untilNext();
        next != null && next.compareTo(left) <= 0;
        next = clock.untilNext()) {
      clock.advance(next);
      left = left.minus(next);
      settle();
    }
    clock.advance(left);
    settle();
    return this;
  }

  private void settle() {
    Running now = running;
    if (now != null) {
      now.settle();
    }
  }

  // ── what a test looks at ───────────────────────────────────────────────────────────────────────

  /**
   * Where the component stands.
   *
   * @return its state; {@link ComponentState#NEW} before the start
   */
  public ComponentState state() {
    Running now = running;
    return now == null ? ComponentState.NEW : now.timeline().component(componentName()).state();
  }

  /**
   * What the component has in flight: tracked and admitted work, and a step of a stop without an
   * answer.
   *
   * @return the names, with a peer where one is known, oldest first
   */
  public List<String> inFlight() {
    return running().inFlight();
  }

  /**
   * The steps that were called so far.
   *
   * @return {@code onStart}, {@code onDrain} and {@code onStop}, as far as it has come
   */
  public List<String> steps() {
    return running == null ? List.of() : List.copyOf(running().steps);
  }

  /**
   * What the component provides.
   *
   * @param type under which it is provided
   * @param <T> its type
   * @return the thing
   * @throws IllegalStateException if it provides no such thing
   */
  public <T> T provided(Class<T> type) {
    return running().access.use(componentName(), type);
  }

  /**
   * The component itself. Its fields are its event loop's, except while that has nothing to do.
   *
   * @return what was made for this test
   */
  @SuppressWarnings("unchecked") // its supplier made it
  public V verticle() {
    return (V) running().access.instances(componentName()).get(0);
  }

  /**
   * The Vert.x in which the component runs.
   *
   * @return its own
   */
  public Vertx vertx() {
    return running().vertx;
  }

  private String componentName() {
    String named = name;
    if (named == null) {
      named = running == null ? "the component" : running().defaultName;
    }
    return named;
  }

  private Running running() {
    Running now = running;
    if (now == null) {
      throw new IllegalStateException("the component has not started; call start() first");
    }
    return now;
  }

  /** Stops the component in whatever way it can be, and closes its Vert.x. Idempotent. */
  @Override
  public void close() {
    Running now = running;
    if (now != null) {
      now.close();
      running = null;
    }
  }

  /** Closes it after the test that it is an extension of. */
  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  /** One component on top of its fakes. */
  private static final class Alone extends RootVerticle {
    private final String name;
    private final Supplier<? extends LifecycleVerticle> verticle;
    private final Map<String, Map<Class<?>, Object>> fakes;

    Alone(
        String name,
        Supplier<? extends LifecycleVerticle> verticle,
        Map<String, Map<Class<?>, Object>> fakes) {
      this.name = name;
      this.verticle = verticle;
      this.fakes = fakes;
    }

    @Override
    protected void components(Components app) {
      fakes.forEach((fake, things) -> app.add(fake, () -> new FakeComponent(things)));
      app.add(name, verticle).dependsOn(fakes.keySet().toArray(String[]::new));
    }
  }

  /** From the start to the close. */
  private final class Running {

    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final List<LifecycleEvent.LateUse> lateUses = new CopyOnWriteArrayList<>();
    private final Promise<Void> drained = Promise.promise();
    private final Promise<Void> released = Promise.promise();
    private final String defaultName;
    private final RootVerticle root;
    private final TestAccess access;
    private final LauncherAccess launcher;
    private final Vertx vertx;
    private final Context eventLoop;
    private @Nullable Future<String> deployed;
    private @Nullable Future<Void> stopping;

    Running() {
      V first = verticle.get();
      defaultName = name == null ? ClassName.of(first.getClass()) : name;
      Supplier<V> rest = new FirstThen<>(first, verticle);
      root = new Alone(defaultName, rest, provided);
      access = new TestAccess(root);
      access.clock(clock);
      access.intercept(this::call);
      launcher = new LauncherAccess(plan());
      launcher.watch(this::heard);
      vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
      eventLoop = Contexts.newEventLoopContext(vertx);
    }

    private Plan plan() {
      try {
        return access.plan(
            new JsonObject().put("lifecycle", lifecycle.copy()).put(defaultName, section.copy()));
      } catch (ConfigurationException e) {
        throw new AssertionError(
            "%s was not started: its configuration has problems:\n  %s"
                .formatted(
                    defaultName,
                    String.join("\n  ", e.problems().stream().map(Object::toString).toList())),
            e);
      }
    }

    private void heard(LifecycleEvent event) {
      if (event instanceof LifecycleEvent.LateUse late) {
        lateUses.add(late);
      } else if (event instanceof LifecycleEvent.ComponentReleasing one
          && one.component().equals(defaultName)) {
        drained.tryComplete(); // perhaps without a drain
      }
    }

    private @Nullable Future<?> call(
        String component, String step, Callable<? extends @Nullable Future<?>> code)
        throws Exception {
      if (!component.equals(defaultName)) {
        return code.call();
      }
      if (!step.equals("onStop")) {
        steps.add(step);
        Future<?> answer = code.call();
        if (step.equals("onDrain")) {
          drained.tryComplete();
        }
        return answer;
      }
      Context here = vertx.getOrCreateContext();
      Promise<@Nullable Object> answer = Promise.promise();
      released
          .future()
          .onComplete(now -> here.runOnContext(v -> stop(code).onComplete(answer::handle)));
      return answer.future();
    }

    private Future<@Nullable Object> stop(Callable<? extends @Nullable Future<?>> code) {
      steps.add("onStop");
      try {
        Future<?> answer = code.call();
        return answer == null
            ? Future.failedFuture(new NullPointerException("onStop returned null"))
            : answer.mapEmpty();
      } catch (Exception | Error e) {
        return Future.failedFuture(e);
      }
    }

    Future<?> start() {
      Future<String> deploying = launcher.deploy(vertx, new DeploymentOptions());
      deployed = deploying;
      return deploying;
    }

    LifecycleTimeline timeline() {
      return launcher.timeline();
    }

    void beginStop() {
      if (stopping != null) {
        return;
      }
      boolean runs = timeline().component(defaultName).state() == ComponentState.RUNNING;
      stopping = root.stop(new StopReason(StopReason.Kind.REQUEST, "test"));
      if (runs) {
        TestWait.until(
            drained.future(),
            TestWait.PATIENCE,
            () ->
                "onDrain of %s was not called; does something block its event loop?"
                    .formatted(defaultName));
      }
      settle();
    }

    void release() {
      released.tryComplete();
      settle();
    }

    StopResult stopped() {
      Future<Void> end = stopping;
      if (end == null) {
        throw new IllegalStateException("the stop has not begun");
      }
      TestWait.until(
          end,
          TestWait.PATIENCE,
          () ->
              "%s has not stopped: it is %s, and has in flight %s. End that, or drain() it and advance() the clock past its deadline%s"
                  .formatted(defaultName, state(), inFlight(), nextTimer()));
      return new StopResult(
          defaultName,
          "alone",
          timeline(),
          StopReport.of(timeline(), List.of(), null, timeline().latest()),
          lateUses,
          List.of(),
          List.of());
    }

    private String nextTimer() {
      Duration next = clock.untilNext();
      return next == null ? "" : "; something is due in " + Durations.format(next);
    }

    List<String> inFlight() {
      LifecycleView view = root.view();
      return view == null
          ? List.of()
          : view.now().components().stream()
              .filter(one -> one.name().equals(defaultName))
              .flatMap(one -> one.stats().inFlight().stream())
              .map(WorkInFlight::label)
              .toList();
    }

    /** Waits until the one event loop has done all that it has to do now, and what follows. */
    void settle() {
      for (int hop = 0; hop < HOPS; hop++) {
        Promise<Void> turn = Promise.promise();
        eventLoop.runOnContext(v -> turn.complete());
        TestWait.until(
            turn.future(),
            TestWait.PATIENCE,
            () -> "something blocks the event loop of %s".formatted(defaultName));
      }
    }

    void close() {
      released.tryComplete();
      Future<Void> end = root.stop(new StopReason(StopReason.Kind.REQUEST, "the end of the test"));
      while (!end.isComplete() && clock.untilNext() != null) {
        advance(Duration.ofSeconds(1)); // what never ends is cut
      }
      boolean stopped = TestWait.ends(end, TestWait.PATIENCE);
      Future<String> deploying = deployed;
      if (deploying != null) {
        TestWait.ends(deploying, TestWait.PATIENCE); // Vert.x would fail it in the midst of it
      }
      String id = deploying == null ? null : deploying.result();
      if (id != null && vertx.deploymentIDs().contains(id)) {
        TestWait.ends(vertx.undeploy(id), TestWait.PATIENCE);
      }
      Deployments.forgetUndeploying(vertx);
      boolean closed = TestWait.ends(vertx.close(), TestWait.PATIENCE);
      launcher.closed();
      if (!stopped || !closed) {
        throw new AssertionError(
            "%s does not end: something blocks its event loop".formatted(defaultName));
      }
    }
  }

  /** The instance that told its class, and then others. */
  private static final class FirstThen<V> implements Supplier<V> {
    private final Supplier<V> rest;
    private @Nullable V first;

    FirstThen(V first, Supplier<V> rest) {
      this.first = first;
      this.rest = rest;
    }

    @Override
    public V get() {
      V made = first;
      first = null;
      return made == null ? rest.get() : made;
    }
  }
}
