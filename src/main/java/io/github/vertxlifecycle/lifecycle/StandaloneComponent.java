package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Deployments;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lifecycle of a {@link LifecycleVerticle} that was deployed by hand: a graph of one component.
 */
final class StandaloneComponent implements ComponentHandle, ComponentContext, HandDeployed.Member {

  private final String name;
  private final ComponentInstance instance;
  private final Conductor conductor;
  private final NestedComponents nested = new NestedComponents(this, null);
  private final Vertx vertx;
  private final String deployment;
  private final Promise<Void> asked = Promise.promise();
  private volatile boolean undeploysItself;
  private @Nullable Future<?> undeployed; // this
  private final @Nullable HandDeployed beside;
  private final LifecycleTimeline timeline = new LifecycleTimeline();
  private final EventLane log =
      LoggingListener.lane(LoggingListener.LOG, timeline, SystemClock.instance());
  private final StallReporter stalls;

  StandaloneComponent(LifecycleVerticle verticle, Context context) {
    this.name = verticle.name();
    this.vertx = context.owner();
    this.deployment = context.deploymentID();
    this.beside = HandDeployed.in(vertx);
    this.instance = ComponentInstance.ofHandDeployed(verticle, context);
    Section section = Section.of(name, context.config());
    LifecycleOptions options = LifecycleOptions.alone(section);
    ComponentTimes times = ComponentTimes.DEFAULT.overriddenBy(section, options);
    verticle.configure(section);
    if (!options.budget().fits(times.releaseTimeout())) {
      section.problem(
          "stopTimeout",
          "%s is not enough for releaseTimeout (%s); raise stopTimeout or lower releaseTimeout"
              .formatted(
                  Durations.format(options.stopTimeout()),
                  Durations.format(times.releaseTimeout())));
    }
    section.throwProblems();
    this.conductor =
        new Conductor(
            ComponentGraph.of(Map.of(name, Set.of())),
            one -> times.plan(one, times.releaseTimeout()),
            one -> this,
            options.budget(),
            SystemClock.instance(),
            this::tell);
    LifecycleView view =
        new LifecycleView(
            name,
            ComponentGraph.of(Map.of(name, Set.of())),
            one -> times.plan(one, times.releaseTimeout()),
            one -> WorkStats.sum(List.of(instance.stats(), nested.stats())),
            List::of,
            timeline,
            SystemClock.instance());
    this.stalls = new StallReporter(view, SystemClock.instance(), conductor::turn, conductor::emit);
    verticle.assign(this);
    nested.belongTo(deployment);
  }

  private void tell(LifecycleEvent event) {
    timeline.on(event);
    stalls.on(event);
    log.tell(event);
  }

  // the application, as Vert.x asks for it

  Future<Void> startAll() {
    if (beside != null) {
      beside.add(this);
    }
    return conductor.start().eventually(log::caughtUp);
  }

  Future<Void> stop() {
    asked.tryComplete();
    return stopAll();
  }

  private Future<Void> stopAll() {
    return conductor
        .stop(new StopReason(StopReason.Kind.UNDEPLOY, "undeploy"))
        .eventually(log::caughtUp)
        .compose(
            v -> {
              StopFailedException failure = conductor.stopFailure();
              return failure == null ? Future.succeededFuture() : Future.failedFuture(failure);
            });
  }

  // the context of the component

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable StopReason reason() {
    return conductor.component(name).reason();
  }

  @Override
  public <T> T use(String component, Class<T> type) {
    throw new MissingDependencyException(
        "%s was deployed by hand, so there is no component \"%s\" to use; deploy it under a RootVerticle"
            .formatted(name, component));
  }

  @Override
  public <T> T use(Class<T> type) {
    throw new MissingDependencyException(
        "%s was deployed by hand, so no component provides a %s; deploy it under a RootVerticle"
            .formatted(name, ClassName.of(type)));
  }

  @Override
  public String lateUse() {
    return "";
  }

  @Override
  public @Nullable Work trailing(String what) {
    return nested.trailing(what);
  }

  @Override
  public void undeployed() {
    stopAll();
  }

  @Override
  public void fail(String who, Throwable cause) {
    if (beside == null) {
      conductor.fail(who, cause);
    } else {
      beside.fail(who, cause);
    }
  }

  // beside the application that the launcher runs

  @Override
  public LifecycleTimeline timeline() {
    return timeline;
  }

  @Override
  public String named(String component) {
    return component;
  }

  @Override
  public Future<?> stop(StopReason reason, Deadline end) {
    conductor.endBy(end);
    undeploysItself = true;
    return conductor
        .stop(reason)
        .eventually(log::caughtUp)
        .transform(v -> undeploy())
        .otherwiseEmpty();
  }

  /** Has Vert.x undeploy it, if it does not yet: what it has deployed itself first. */
  private synchronized Future<?> undeploy() {
    Future<?> undeploying = undeployed;
    if (undeploying == null) {
      undeploying = SafeCall.call("undeploy", () -> Deployments.undeploy(vertx, deployment));
      undeployed = undeploying;
    }
    return undeploying;
  }

  @Override
  public Future<?> whenStopped() {
    return conductor.whenStopped();
  }

  @Override
  public void escalate(String by) {
    conductor.escalate(by);
  }

  @Override
  public List<String> giveUp(Collection<Thread> threads) {
    for (Thread thread : threads) {
      if (instance.needs(thread)) {
        LostThreadException why = new LostThreadException(thread);
        instance.lose(why);
        nested.giveUp(thread, why);
        asked.tryFail(why); // Vert.x asks on the same context
        return List.of(name);
      }
    }
    return List.of();
  }

  @Override
  public List<Thread> virtualThreads() {
    return instance.virtualThreads();
  }

  // the handle of the component

  @Override
  public Future<?> start() {
    return instance.start();
  }

  @Override
  public @Nullable Throwable startProblem() {
    Throwable problem = instance.startProblem();
    return problem == null ? nested.startProblem() : problem;
  }

  @Override
  public void announce() {
    instance.announce();
    nested.announce();
  }

  @Override
  public void giveUpStart() {
    instance.giveUpStart();
    nested.abandonStarts();
  }

  @Override
  public @Nullable String releaseHeldUpBy() {
    return nested.releaseHeldUpBy();
  }

  @Override
  public @Nullable String heldUpBy() {
    String step = instance.heldUpBy();
    return step == null ? nested.heldUpBy() : step;
  }

  @Override
  public Future<?> drain() {
    Future<?> own = instance.drain();
    nested.abandonStarts();
    return own.transform(answer -> Future.join(own, nested.drain()));
  }

  @Override
  public int inFlight() {
    return instance.inFlight() + nested.inFlight();
  }

  @Override
  public List<WorkInFlight> cut() {
    List<WorkInFlight> cut = new ArrayList<>(instance.cut());
    cut.addAll(nested.cut());
    return cut;
  }

  @Override
  public boolean endIdleDrain() {
    boolean idle = instance.isDrainIdle() && nested.isIdle();
    if (idle) {
      instance.endIdleDrain();
      nested.endIdleDrain();
    }
    return idle;
  }

  @Override
  public List<WorkInFlight> lost() {
    List<WorkInFlight> lost = new ArrayList<>(instance.lost());
    lost.addAll(nested.lost());
    return lost;
  }

  @Override
  public List<WorkInFlight> longestEnded() {
    List<WorkInFlight> longest = new ArrayList<>(instance.longestEnded());
    longest.addAll(nested.longestEnded());
    return longest;
  }

  @Override
  public Future<?> release() {
    nested.close();
    Future<Void> turn = turn();
    Future<?> first =
        turn.transform(v -> nested.release()); // Vert.x has released them, unless the start failed
    return first
        .transform(answer -> Future.join(instance.release(), first, turn))
        .eventually(nested::released);
  }

  /** After all that it has deployed. */
  private Future<Void> turn() {
    boolean ask =
        undeploysItself
            && !asked.future().isComplete()
            && vertx.deploymentIDs().contains(deployment) // it has started
            && !Deployments.isUndeploying(vertx, deployment);
    if (ask) {
      undeploy()
          .onFailure(
              problem -> {
                if (!DeployedComponent.isUndeployed(problem)) {
                  asked.tryFail(problem);
                }
              });
    }
    return UndeployInside.turn(vertx, deployment, name, asked.future(), ask);
  }

  @Override
  public void leave() {
    instance.leave();
    nested.leave();
    nested.forget(deployment);
  }
}
