package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.vertx.Deployments;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A component as a Vert.x deployment: a {@link DeployedInstance} around each instance.
 *
 * <p>It is deployed beside the root verticle, not under it. Vert.x stops children before it asks
 * their parent, all at once, and leaves no moment in which the parent could announce the stop or
 * give it an order. Beside the root, each component's own {@code undeploy} asks the conductor and
 * answers when the component has stopped, which is after its dependents have, whoever asked.
 *
 * <p>Thread-safe.
 */
final class DeployedComponent implements ComponentHandle {

  private final Vertx vertx;
  private final ComponentPlan plan;
  private final Application application;
  private volatile List<DeployedInstance> instances = List.of(); // copied when one is added
  private volatile Promise<Object> started = Promise.promise();
  private final Promise<Object> asked = Promise.promise();
  private final Promise<Object> left = Promise.promise();
  private final NestedComponents nested;
  private volatile DeployCall deployCall;
  private volatile @Nullable Future<String> deployment;
  private volatile @Nullable Future<Void> undeployed;
  private volatile boolean unwanted;

  DeployedComponent(Vertx vertx, ComponentPlan plan, Application application) {
    this.vertx = vertx;
    this.plan = plan;
    this.application = application;
    this.nested = new NestedComponents(new HostContext(), null);
    if (application.capturesOrigins()) {
      nested.captureOrigins();
    }
    this.deployCall = new DeployCall(application.outside());
  }

  String name() {
    return plan.name();
  }

  @Override
  public Future<?> start() {
    Promise<Object> start = started;
    application
        .outside() // a context without a deployment, which would become the parent
        .runOnContext(
            v -> {
              SafeCall.call("deployVerticle", this::deploy)
                  .onComplete(answer -> deployed(start, answer));
            });
    return start.future();
  }

  private void deployed(Promise<Object> start, AsyncResult<?> answer) {
    SafeCall.settle(start, answer);
    started = SafeCall.kept(start);
    if (answer.succeeded()) {
      deployCall = deployCall.kept();
    }
  }

  private Future<String> deploy() throws Exception {
    Supplier<Deployable> supplier = this::newInstance;
    Future<String> deploying =
        deployCall.make(() -> vertx.deployVerticle(supplier, plan.options()));
    deployment = deploying;
    return deploying;
  }

  private Deployable newInstance() {
    if (unwanted) {
      throw new IllegalStateException("the start was abandoned");
    }
    Deployable made = plan.newInstance();
    String user = application.claim(made, plan.name());
    if (user != null) {
      throw new IllegalStateException(ComponentPlan.sameInstance(made, plan.name(), user));
    }
    return add(made);
  }

  private synchronized DeployedInstance add(Deployable made) {
    DeployedInstance deployed = new DeployedInstance(made, instances.size());
    List<DeployedInstance> more = new ArrayList<>(instances);
    more.add(deployed);
    instances = List.copyOf(more);
    return deployed;
  }

  /** The instances whose deploy Vert.x has called. */
  private List<ComponentInstance> begun() {
    List<ComponentInstance> begun = new ArrayList<>();
    for (DeployedInstance deployed : instances) {
      ComponentInstance instance = deployed.instance;
      if (instance != null) {
        begun.add(instance);
      }
    }
    return begun;
  }

  private Future<?> ofEach(Function<ComponentInstance, Future<?>> step) {
    List<Future<?>> all = new ArrayList<>();
    begun().forEach(instance -> all.add(step.apply(instance)));
    return SafeCall.join(all);
  }

  @Override
  public @Nullable Throwable startProblem() {
    for (ComponentInstance instance : begun()) {
      Throwable problem = instance.startProblem();
      if (problem != null) {
        return problem;
      }
    }
    return nested.startProblem();
  }

  @Override
  public void announce() {
    begun().forEach(ComponentInstance::announce);
    nested.announce();
  }

  @Override
  public void giveUpStart() {
    unwanted = true;
    deployCall.giveUp();
    begun().forEach(ComponentInstance::giveUpStart);
    nested.abandonStarts();
  }

  @Override
  public Future<?> drain() {
    unwanted = true; // of a start under way; before the look at who has begun, as in release
    boolean starting = !started.future().isComplete();
    Future<?> call = deployCall.ended();
    Future<?> instancesDrained = ofEach(ComponentInstance::drain);
    Future<?> own = SafeCall.join(List.of(call, instancesDrained));
    nested.abandonStarts();
    Future<?> drained = own.transform(answer -> SafeCall.join(List.of(own, nested.drain())));
    return starting ? drained.eventually(this::deployedIfAllStarted) : drained;
  }

  /**
   * Waits for Vert.x to notice that every instance has started, so that the release undeploys what
   * they have deployed. If one failed, Vert.x waits for this component's stop instead.
   */
  private Future<?> deployedIfAllStarted() {
    Future<String> deploying = deployment;
    boolean all =
        instances.size() == plan.options().getInstances()
            && instances.stream().allMatch(one -> one.start.future().succeeded());
    return deploying != null && all ? deployCall.answer(deploying) : Future.succeededFuture();
  }

  @Override
  public @Nullable String heldUpBy() {
    String call = deployCall.heldUpBy();
    if (call != null) {
      return call;
    }
    return begun().stream()
        .map(ComponentInstance::heldUpBy)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseGet(nested::heldUpBy);
  }

  @Override
  public int inFlight() {
    int all = deployCall.inFlight().size() + nested.inFlight();
    for (ComponentInstance instance : begun()) {
      all += instance.inFlight();
    }
    return all;
  }

  WorkStats stats() {
    List<WorkStats> all = new ArrayList<>();
    begun().forEach(instance -> all.add(instance.stats()));
    all.add(nested.stats());
    all.add(new WorkStats(0, 0, deployCall.inFlight()));
    return WorkStats.sum(all);
  }

  List<HealthCheck> checks() {
    List<HealthCheck> checks = new ArrayList<>();
    List<ComponentInstance> begun = begun();
    for (int i = 0; i < begun.size(); i++) {
      checks.addAll(begun.get(i).checks(plan.name(), i));
    }
    return checks;
  }

  @Override
  public List<WorkInFlight> cut() {
    List<WorkInFlight> cut = new ArrayList<>(deployCall.inFlight());
    begun().forEach(instance -> cut.addAll(instance.cut()));
    cut.addAll(nested.cut());
    return cut;
  }

  @Override
  public boolean endIdleDrain() {
    List<ComponentInstance> begun = begun();
    boolean idle =
        deployCall.heldUpBy() == null
            && begun.stream().allMatch(ComponentInstance::isDrainIdle)
            && nested.isIdle();
    if (idle) {
      begun.forEach(ComponentInstance::endIdleDrain);
      nested.endIdleDrain();
    }
    return idle;
  }

  @Override
  public List<WorkInFlight> lost() {
    List<WorkInFlight> lost = new ArrayList<>();
    begun().forEach(instance -> lost.addAll(instance.lost()));
    lost.addAll(nested.lost());
    return lost;
  }

  @Override
  public List<WorkInFlight> longestEnded() {
    List<WorkInFlight> longest = new ArrayList<>(nested.longestEnded());
    begun().forEach(instance -> longest.addAll(instance.longestEnded()));
    return longest;
  }

  @Override
  public Future<?> release() {
    unwanted = true; // before the look at who has begun; a deployed looks the other way round
    nested.close();
    Future<String> deploying = deployment;
    if (deploying == null || !deploying.succeeded()) {
      return releaseInstances().eventually(nested::released);
    }
    String id = deploying.result();
    boolean ours = !Deployments.isUndeploying(vertx, id);
    if (ours) {
      undeploy(id);
    }
    Future<Void> turn = UndeployInside.turn(vertx, id, plan.name(), asked.future(), ours);
    return turn.transform(answer -> SafeCall.join(List.of(releaseInstances(), turn)))
        .eventually(nested::released);
  }

  /** What Vert.x does not undeploy, because the start failed, first. */
  private Future<?> releaseInstances() {
    Future<?> call = deployCall.ended();
    Future<?> first = call.transform(answer -> SafeCall.join(List.of(call, nested.release())));
    return first.transform(
        answer -> SafeCall.join(List.of(ofEach(ComponentInstance::release), first)));
  }

  /**
   * Has Vert.x undeploy the component: what the component has deployed itself first, then the
   * instances. Called on the conductor's executor.
   */
  private Future<Void> undeploy(String id) {
    Future<Void> undeploying = undeployed;
    if (undeploying == null) {
      undeploying = Deployments.undeploy(vertx, id).onFailure(this::notUndeployed);
      undeployed = undeploying;
    }
    return undeploying;
  }

  /** Whether Vert.x refuses an undeploy because of an earlier one. */
  static boolean isUndeployed(Throwable problem) {
    return problem instanceof IllegalStateException
        && "Already undeployed".equals(FailureText.messageOrNull(problem));
  }

  private void notUndeployed(Throwable problem) {
    if (isUndeployed(problem)) {
      asked.tryComplete(); // somebody else asked Vert.x first
    } else {
      asked.tryFail(problem);
    }
  }

  @Override
  public @Nullable String releaseHeldUpBy() {
    return nested.releaseHeldUpBy();
  }

  /** Lets Vert.x forget the deployment; the stop itself is over. */
  @Override
  public void leave() {
    begun().forEach(ComponentInstance::leave);
    nested.leave();
    left.future().onComplete(v -> instances.forEach(one -> nested.forget(one.deploymentId)));
    instances.forEach(DeployedInstance::giveUpStart);
    Future<String> deploying = deployment;
    if (deploying == null) {
      left.tryComplete();
    } else {
      deploying
          .transform(id -> id.succeeded() ? undeploy(id.result()) : Future.succeededFuture())
          .onComplete(done -> left.tryComplete()); // a failure only says that it is gone already
    }
  }

  /** Completes when Vert.x has forgotten the deployment; never if a context is blocked for ever. */
  Future<?> left() {
    return left.future();
  }

  Stream<Thread> virtualThreads() {
    return begun().stream().flatMap(instance -> instance.virtualThreads().stream());
  }

  /**
   * Waits no longer for the instances that need one of these threads, which never come back.
   *
   * @return whether there are such instances
   */
  boolean giveUp(Collection<Thread> threads) {
    boolean some = deployCall.giveUp(threads);
    for (ComponentInstance instance : begun()) {
      for (Thread thread : threads) {
        if (instance.needs(thread)) {
          LostThreadException why = new LostThreadException(thread);
          instance.lose(why);
          nested.giveUp(thread, why);
          asked.tryFail(why); // Vert.x asks on the same context
          left.tryComplete();
          some = true;
        }
      }
    }
    return some;
  }

  boolean isContextOfMine(String deploymentId) {
    return nested.isDeployment(deploymentId)
        || instances.stream().anyMatch(deployed -> deploymentId.equals(deployed.deploymentId));
  }

  @Nullable LifecycleVerticle warmUp() {
    List<ComponentInstance> begun = begun();
    return begun.isEmpty() ? null : begun.get(0).warmUp();
  }

  /**
   * The object that the instance with the asker's number, modulo the number of instances, provides.
   */
  <T> @Nullable T provided(Class<T> type, int asker) {
    ComponentInstance instance = nextTo(asker);
    return instance == null ? null : instance.provided(type);
  }

  /** Whether that instance provides something under this very type. */
  boolean provides(Class<?> type, int asker) {
    ComponentInstance instance = nextTo(asker);
    return instance != null && instance.provides(type);
  }

  private @Nullable ComponentInstance nextTo(int asker) {
    List<ComponentInstance> begun = begun();
    return begun.isEmpty() ? null : begun.get(asker % begun.size());
  }

  List<String> providedTypes() {
    List<ComponentInstance> begun = begun();
    return begun.isEmpty() ? List.of() : begun.get(0).providedTypes();
  }

  /** The verticles themselves, as far as they were made. */
  List<Deployable> delegates() {
    return instances.stream().map(one -> one.delegate).toList();
  }

  /** One instance as Vert.x deploys it, and the context of the verticle in it. */
  private final class DeployedInstance extends HostContext implements Deployable {

    private final Deployable delegate;
    private final int index;
    private volatile Promise<Object> start = Promise.promise();
    private volatile @Nullable ComponentInstance instance;
    private volatile @Nullable Throwable startFailure;
    private volatile @Nullable String deploymentId;

    DeployedInstance(Deployable delegate, int index) {
      this.delegate = delegate;
      this.index = index;
    }

    @Override
    public Future<?> deploy(Context context) {
      if (delegate instanceof LifecycleVerticle ours) {
        if (ours.isUsed()) {
          Future<?> refused = Future.failedFuture(new IllegalStateException(ours.usedBefore()));
          started.tryFail(refused.cause());
          return refused;
        }
        ours.assign(this);
        if (application.capturesOrigins()) {
          ours.work().captureOrigins();
        }
      }
      deploymentId = context.deploymentID();
      nested.belongTo(context.deploymentID());
      ComponentInstance begun = ComponentInstance.of(delegate, context);
      instance = begun;
      if (unwanted) {
        begun.neverStart();
        return Future.failedFuture("the start was abandoned");
      }
      Promise<Object> promised = start;
      begun
          .start()
          .onComplete(
              answer -> {
                if (answer.failed()) {
                  // without waiting for the other instances, and before Vert.x undeploys them
                  startFailure = answer.cause();
                  started.tryFail(answer.cause());
                }
                if (answer.succeeded() || begun.inFlight() == 0) {
                  SafeCall.settle(promised, answer);
                  start = SafeCall.kept(promised);
                } // else when it has stopped: Vert.x would close what its work in flight uses
              });
      return promised.future();
    }

    @Override
    public Future<?> undeploy(Context context) {
      asked.tryComplete();
      return application.undeploy(plan.name());
    }

    void giveUpStart() {
      Throwable failure = startFailure;
      if (!start.future().isComplete()) {
        start.tryFail(
            failure == null ? new VertxException("the start was abandoned", true) : failure);
      }
    }

    @Override
    int index() {
      return index;
    }

    @Override
    public boolean runs(Context on) {
      return on.deploymentID().equals(deploymentId);
    }
  }

  /** The component as its first instance knows it, for what the component has deployed. */
  private class HostContext implements ComponentContext {

    @Override
    public Future<?> step(String step, Callable<? extends @Nullable Future<?>> code) {
      return application.step(plan.name(), step, code);
    }

    int index() {
      return 0;
    }

    @Override
    public String name() {
      return plan.name();
    }

    @Override
    public @Nullable StopReason reason() {
      return application.reason(plan.name());
    }

    @Override
    public <T> T use(String component, Class<T> type) {
      return application.use(plan.name(), index(), component, type);
    }

    @Override
    public <T> T use(Class<T> type) {
      return application.use(plan.name(), index(), type);
    }

    @Override
    public String lateUse() {
      return application.lateUse(plan.name());
    }

    @Override
    public @Nullable Work trailing(String what) {
      return nested.trailing(what);
    }

    @Override
    public void undeployed() {
      application.undeploy(plan.name());
    }

    @Override
    public void fail(String who, Throwable cause) {
      application.fail(who, cause);
    }
  }
}
