package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All components of one application in one Vert.x: who provides what to whom, and what Vert.x
 * itself asks of them. Thread-safe.
 */
final class Application {

  private final Plan plan;
  private final Context outside;
  private final Map<Deployable, String> owners =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final Conductor conductor;
  private final LifecycleView view;
  private final StallReporter stalls;
  private final LifecycleTimeline timeline;
  private final LifecycleListener listener;
  private final Supplier<Future<Void>> caughtUp;
  private volatile boolean threadsLost;
  private volatile BiConsumer<String, Throwable> failing;

  /**
   * Makes one; nothing begins.
   *
   * @param timeline takes every event in before the listener hears of it
   * @param caughtUp completes when those who hear of events later have heard of all, or are late
   */
  Application(
      String application,
      Vertx vertx,
      Plan plan,
      Clock clock,
      LifecycleTimeline timeline,
      LifecycleListener listener,
      Supplier<Future<Void>> caughtUp) {
    this.caughtUp = caughtUp;
    this.outside = Contexts.newEventLoopContext(vertx);
    this.plan = plan;
    this.timeline = timeline;
    this.listener = listener;
    Map<String, ComponentLimits> limits = plan.limits();
    this.conductor =
        new Conductor(
            plan.graph(),
            name -> Objects.requireNonNull(limits.get(name), name),
            name -> new DeployedComponent(vertx, plan.component(name), this),
            plan.options().budget(),
            clock,
            this::tell);
    this.failing = conductor::fail;
    this.view =
        new LifecycleView(
            application,
            plan.graph(),
            name -> conductor.component(name).limits(),
            name -> deployed(name).stats(),
            this::checks,
            timeline,
            clock);
    this.stalls = new StallReporter(view, clock, conductor::turn, conductor::emit);
  }

  private void tell(LifecycleEvent event) {
    timeline.on(event);
    stalls.on(event);
    listener.on(event);
  }

  private List<HealthCheck> checks() {
    return deployed().flatMap(one -> one.checks().stream()).toList();
  }

  /** One for each kind of component that has one. */
  List<LifecycleVerticle> warmUps() {
    Map<Class<?>, LifecycleVerticle> kinds = new LinkedHashMap<>();
    deployed()
        .map(DeployedComponent::warmUp)
        .filter(Objects::nonNull)
        .forEach(warmUp -> kinds.putIfAbsent(warmUp.getClass(), warmUp));
    return List.copyOf(kinds.values());
  }

  LifecycleView view() {
    return view;
  }

  boolean capturesOrigins() {
    return plan.options().captureOrigins();
  }

  Conductor conductor() {
    return conductor;
  }

  /** Something of this application cannot go on. */
  void fail(String who, Throwable cause) {
    failing.accept(who, cause);
  }

  /** Has another application stop when this one fails, which stops this one in its turn. */
  void failThrough(BiConsumer<String, Throwable> other) {
    failing = other;
  }

  /**
   * A context of no deployment. One is enough: each would take an event loop out of the turn in
   * which Vert.x gives them to verticles, so that two share one sooner.
   */
  Context outside() {
    return outside;
  }

  /** Takes an instance for a component; returns which one has it already, null for none. */
  @Nullable String claim(Deployable instance, String component) {
    return owners.putIfAbsent(instance, component);
  }

  private DeployedComponent deployed(String name) {
    return (DeployedComponent) conductor.component(name).handle();
  }

  /** In start order. */
  private Stream<DeployedComponent> deployed() {
    return conductor.components().stream().map(one -> (DeployedComponent) one.handle());
  }

  /** Vert.x undeploys one component: its dependents stop first. */
  Future<?> undeploy(String name) {
    Future<Void> stopped =
        conductor.stop(
            name, new StopReason(StopReason.Kind.UNDEPLOY, "undeploy of \"" + name + "\""));
    return timeline.application().stopBegan() == null
        ? stopped.eventually(caughtUp)
        : stopped; // whoever stops all waits for that once
  }

  @Nullable StopReason reason(String name) {
    return conductor.component(name).reason();
  }

  /**
   * Completes when Vert.x has forgotten all that it can still talk to, or when the time for the
   * stop is over.
   */
  Future<?> left() {
    Promise<Void> over = Promise.promise();
    Duration left = conductor.timeLeft();
    Duration moment = ComponentLifecycle.MOMENT;
    // on a lost thread there may be contexts of others, too, which Vert.x waits for
    Duration limit = threadsLost && left.compareTo(moment) > 0 ? moment : left;
    Clock.Timer timer = conductor.clock().after(limit, over::tryComplete);
    Future.join(
            deployed()
                .filter(one -> !conductor.component(one.name()).isLost())
                .map(DeployedComponent::left)
                .toList())
        .onComplete(
            all -> {
              timer.cancel();
              over.tryComplete();
            });
    return over.future();
  }

  List<Thread> virtualThreads() {
    return deployed().flatMap(DeployedComponent::virtualThreads).toList();
  }

  /**
   * Waits no longer for what needs one of these threads, which never come back.
   *
   * @return the components that are lost with them
   */
  List<String> giveUp(Collection<Thread> threads) {
    threadsLost = true;
    return deployed().filter(one -> one.giveUp(threads)).map(DeployedComponent::name).toList();
  }

  <T> T use(String user, int index, String name, Class<T> type) {
    if (!plan.graph().dependenciesOf(user).contains(name)) {
      throw new MissingDependencyException(
          plan.graph().dependencies().containsKey(name)
              ? "component \"%s\" uses \"%s\" without depending on it; declare .dependsOn(\"%s\") on \"%s\""
                  .formatted(user, name, name, user)
              : "component \"%s\" uses \"%s\", which was not added; there are %s"
                  .formatted(user, name, plan.graph().startOrder()));
    }
    if (conductor.component(name).state() == ComponentState.STOPPED) {
      throw new IllegalStateException(
          "component \"%s\" uses \"%s\", which has stopped".formatted(user, name));
    }
    T provided = deployed(name).provided(type, index);
    if (provided == null) {
      throw new IllegalStateException(
          "component \"%s\" asks \"%s\" for a %s, but it provides %s"
              .formatted(user, name, ClassName.of(type), deployed(name).providedTypes()));
    }
    return provided;
  }

  /** See {@link TestAccess#use}. */
  <T> T provided(String name, Class<T> type) {
    T provided = deployed(name).provided(type, 0);
    if (provided == null) {
      throw new IllegalStateException(
          "component \"%s\" provides no %s; it provides %s"
              .formatted(name, ClassName.of(type), deployed(name).providedTypes()));
    }
    return provided;
  }

  /** See {@link TestAccess#instances}. */
  List<Deployable> instances(String name) {
    return deployed(name).delegates();
  }

  /** Calls a step of a verticle, or has a test call it. */
  Future<?> step(String component, String step, Callable<? extends @Nullable Future<?>> code) {
    StepInterceptor interceptor = plan.root().testSettings().steps();
    return SafeCall.call(
        step, interceptor == null ? code : () -> interceptor.call(component, step, code));
  }

  <T> T use(String user, int index, Class<T> type) {
    List<String> dependencies = List.copyOf(plan.graph().dependenciesOf(user));
    List<String> providers = providers(dependencies, index, type);
    if (providers.size() > 1) {
      throw new IllegalStateException(
          "component \"%s\" asks for a %s, and %s provide one each; name one: use(\"%s\", %s.class)"
              .formatted(
                  user,
                  ClassName.of(type),
                  quoted(providers),
                  providers.get(0),
                  ClassName.of(type)));
    }
    if (providers.isEmpty()) {
      throw new MissingDependencyException(
          "component \"%s\" asks for a %s, but %s%s"
              .formatted(user, ClassName.of(type), offers(dependencies), hint(user, index, type)));
    }
    return use(user, index, providers.get(0), type);
  }

  private List<String> providers(Collection<String> among, int index, Class<?> type) {
    List<String> providers = new ArrayList<>();
    for (String name : among) {
      if (deployed(name).provides(type, index)) {
        providers.add(name);
      }
    }
    return providers;
  }

  private String offers(List<String> dependencies) {
    return dependencies.isEmpty()
        ? "it depends on no component"
        : dependencies.stream()
            .map(name -> "\"%s\" provides %s".formatted(name, deployed(name).providedTypes()))
            .collect(Collectors.joining(", "));
  }

  /** Names the edges that would help, as far as those components have started. */
  private String hint(String user, int index, Class<?> type) {
    List<String> others = providers(plan.graph().startOrder(), index, type);
    return others.isEmpty()
        ? ""
        : "; declare .dependsOn(\"%s\") on \"%s\"".formatted(others.get(0), user);
  }

  private static String quoted(List<String> names) {
    return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
  }

  /**
   * Says which component's context this thread is on, and reports it if that is another one. To
   * depend through others is enough here: what is used so has stopped first, too, as it would have
   * with an edge of its own, which only {@link #use} asks for.
   */
  String lateUse(String name) {
    String user = userHere();
    boolean declared = !user.isEmpty() && plan.graph().withDependentsOf(name).contains(user);
    Outcome left = declared ? conductor.component(user).outcome() : null;
    boolean known = declared && left == null; // it never ran, so nothing can be said against it
    if (!user.equals(name) && !known && conductor.component(name).reason() != null) {
      conductor.turn(
          () -> conductor.emit(new LifecycleEvent.LateUse(conductor.now(), name, user, left)));
    }
    if (user.isEmpty() || user.equals(name)) {
      return "";
    } else if (!declared) {
      return "; it was used by \"%s\", which must declare dependsOn(\"%s\") to be stopped first"
          .formatted(user, name);
    } else if (left == null) {
      return "; it was used by \"%s\"".formatted(user);
    }
    return "; this is work left over from \"%s\", which has stopped (%s): only work that \"%s\" tracks is waited for"
        .formatted(user, left, user);
  }

  /** The component on whose context this thread is; empty for none. */
  private String userHere() {
    Context context = Vertx.currentContext();
    String deployment = context == null ? null : context.deploymentID();
    return deployment == null
        ? ""
        : deployed()
            .filter(one -> one.isContextOfMine(deployment))
            .map(DeployedComponent::name)
            .findFirst()
            .orElse("");
  }
}
