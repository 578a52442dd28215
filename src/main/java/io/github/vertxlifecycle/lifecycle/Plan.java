package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Problem;
import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.GraphException;
import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The components that would be started and stopped, and within which times. Made from the declared
 * components and the configuration without starting anything; whoever gets one knows that the graph
 * is sound, the configuration valid and the stop budget sufficient. Thread-safe, good for one
 * start.
 */
public final class Plan {

  private final RootVerticle root;
  private final JsonObject config;
  private final LifecycleOptions options;
  private final ComponentGraph graph;
  private final Map<String, ComponentPlan> components;
  private final ApplicationExtensions extensions;
  private final List<Problem> unread;
  private final List<Problem> suspects;
  private final AtomicBoolean used = new AtomicBoolean();

  private Plan(
      RootVerticle root,
      Section whole,
      LifecycleOptions options,
      ComponentGraph graph,
      Map<String, ComponentPlan> components,
      ApplicationExtensions extensions,
      List<Problem> suspects) {
    this.root = root;
    this.config = whole.toJson();
    this.options = options;
    this.graph = graph;
    this.components = components;
    this.extensions = extensions;
    this.unread = whole.unread("nobody reads this");
    this.suspects = suspects;
  }

  private long release(String name) {
    return TimeUnit.NANOSECONDS.convert(component(name).times().releaseTimeout());
  }

  /**
   * Makes a plan.
   *
   * @param root the application, which has not declared its components yet
   * @param config the whole configuration
   * @return the plan
   * @throws ConfigurationException listing every problem there is
   */
  static Plan of(RootVerticle root, JsonObject config) {
    Section whole = Section.root(config);
    Components declared = declared(root, whole);
    Section section = whole.section("lifecycle");
    LifecycleOptions options = LifecycleOptions.of(section);
    addConfigured(declared, section.section("components"));
    root.testSettings().changes().accept(new DeclaredComponents(declared));
    section.rejectOthers();

    Map<String, Set<String>> edges = new LinkedHashMap<>();
    Map<String, ComponentPlan> components = new LinkedHashMap<>();
    IdentityHashMap<Deployable, String> owners = new IdentityHashMap<>();
    List<Problem> suspects = new ArrayList<>();
    for (Component component : declared.all()) {
      edges.put(component.name(), component.dependencies());
      Deployable first = first(component, whole);
      if (first != null) {
        root.testSettings().examine().accept(component.name(), first);
      }
      ComponentPlan plan = plan(component, first, whole, options, suspects);
      if (plan != null) {
        refuseShared(plan, owners, whole);
        components.put(component.name(), plan);
      }
    }
    ComponentGraph graph = graph(edges, whole);
    ApplicationExtensions extensions = ApplicationExtensions.of(whole, edges.keySet());
    whole.throwProblems();
    Plan plan =
        new Plan(root, whole, options, graph, components, extensions, List.copyOf(suspects));
    plan.checkBudget(section);
    whole.throwProblems();
    return plan;
  }

  private static void refuseShared(
      ComponentPlan plan, IdentityHashMap<Deployable, String> owners, Section whole) {
    Deployable first = plan.first();
    String owner = first == null ? null : owners.putIfAbsent(first, plan.name());
    if (first != null && owner != null) {
      whole.problem(plan.name(), ComponentPlan.sameInstance(first, plan.name(), owner));
    }
  }

  private static Components declared(RootVerticle root, Section whole) {
    Components declared = new Components(whole);
    try {
      root.components(declared);
    } catch (GraphException e) {
      whole.problem("", ComponentLifecycle.message(e));
      whole.throwProblems(); // the rest of the declaration is not known
    } catch (LinkageError e) {
      String needs = FailureText.missingLibrary(e);
      if (needs == null) {
        throw e;
      }
      whole.problem("", "components()%s %s".formatted(place(root, declared, e), needs));
      whole.throwProblems();
    }
    return declared;
  }

  /** Which component it was about to add is not known yet: a reference to its class comes first. */
  private static String place(RootVerticle root, Components declared, LinkageError e) {
    String before =
        declared.all().stream()
            .reduce((one, next) -> next)
            .map(last -> ", after \"" + last.name() + "\",")
            .orElse("");
    return Stream.of(e.getStackTrace())
        .filter(frame -> frame.getClassName().equals(root.getClass().getName()))
        .findFirst()
        .map(frame -> " at " + frame.getFileName() + ":" + frame.getLineNumber() + before)
        .orElse(before);
  }

  /** Components that the configuration adds: a class and what it depends on. */
  private static void addConfigured(Components declared, Section added) {
    for (String name : added.keys()) {
      Section one = added.section(name);
      String verticle = one.string("verticle");
      List<String> dependencies = one.strings("dependsOn");
      one.rejectOthers();
      if (verticle == null) {
        one.problem("verticle", "is missing; it must be the name of a verticle's class");
        continue;
      }
      try {
        declared.add(name, verticle).dependsOn(dependencies.toArray(String[]::new));
      } catch (GraphException e) {
        added.problem(name, ComponentLifecycle.message(e));
      }
    }
  }

  private static ComponentGraph graph(Map<String, Set<String>> edges, Section whole) {
    try {
      return ComponentGraph.of(edges);
    } catch (GraphException e) {
      whole.problem("", ComponentLifecycle.message(e));
      return ComponentGraph.of(Map.of());
    }
  }

  private static @Nullable ComponentPlan plan(
      Component component,
      @Nullable Deployable first,
      Section whole,
      LifecycleOptions options,
      List<Problem> suspects) {
    String name = component.name();
    DeploymentOptions deployment = component.options();
    JsonObject defaults = deployment.getConfig();
    Section section = whole.section(name, defaults == null ? new JsonObject() : defaults);
    deployment.setConfig(section.toJson());
    deployment.setInstances(section.integer("instances", deployment.getInstances(), 1, 10_000));
    if (deployment.getInstances() < 1) {
      section.problem("instances", "must be at least 1, not " + deployment.getInstances());
    }
    ComponentTimes times = component.times().overriddenBy(section, options);
    if (first == null) {
      return null;
    }
    Section own = section.forNextReader();
    if (first instanceof LifecycleVerticle ours) {
      try {
        ours.configure(own);
      } catch (RuntimeException | Error e) {
        whole.problem(name, FailureText.thrown("its configure", e));
        return null;
      }
    }
    if (own.wasRead()) {
      own.rejectOthers();
    } else {
      suspects.addAll(own.nearMisses("the toolkit knows no such key, the component may"));
    }
    return new ComponentPlan(name, component.supplier(), deployment, times, first);
  }

  private static @Nullable Deployable first(Component component, Section whole) {
    try {
      Deployable first = component.supplier().get();
      if (first == null) {
        whole.problem(component.name(), "its supplier returned null instead of a verticle");
      } else if (first instanceof RootVerticle) {
        whole.problem(
            component.name(),
            "%s is a root, which cannot be a component of another; add its components to this one"
                .formatted(ClassName.of(first.getClass())));
      }
      return first;
    } catch (RuntimeException | Error e) {
      whole.problem(component.name(), FailureText.withRoot(e));
      return null;
    }
  }

  private void checkBudget(Section section) {
    limits().values().stream()
        .max(Comparator.comparing(ComponentLimits::reserves))
        .filter(most -> !options.budget().fits(most.reserves()))
        .ifPresent(most -> section.problem("stopTimeout", notEnough(most.name(), most.reserves())));
  }

  private String notEnough(String name, Duration reserves) {
    return ("%s is not enough: announceDelay (%s) and the releases along %s (%s) take %s;"
            + " raise stopTimeout, or lower announceDelay or a releaseTimeout")
        .formatted(
            Durations.format(options.stopTimeout()),
            Durations.format(options.announceDelay()),
            String.join(" → ", graph.longestChain(name, this::release)),
            Durations.format(reserves),
            Durations.format(options.announceDelay().plus(reserves)));
  }

  /** The times of all, in start order; made for this call. */
  Map<String, ComponentLimits> limits() {
    Map<String, ComponentLimits> limits = new LinkedHashMap<>();
    graph
        .longestChains(this::release)
        .forEach(
            (name, nanos) ->
                limits.put(name, component(name).times().plan(name, Duration.ofNanos(nanos))));
    return limits;
  }

  private long start(String name) {
    return TimeUnit.NANOSECONDS.convert(
        component(name).times().plan(name, Duration.ZERO).startTimeout());
  }

  /** The start timeouts along the chain of dependencies that has most of them. */
  Duration startBudget() {
    return graph.longestChains(this::start).values().stream()
        .max(Comparator.naturalOrder())
        .map(Duration::ofNanos)
        .orElse(Duration.ZERO);
  }

  ComponentPlan component(String name) {
    ComponentPlan plan = components.get(name);
    if (plan == null) {
      throw new IllegalArgumentException("there is no component \"" + name + "\"");
    }
    return plan;
  }

  ApplicationExtensions extensions() {
    return extensions;
  }

  /** The most that a stop grants each component, in start order. */
  List<PlannedStop> stops() {
    return limits().values().stream().map(this::stop).toList();
  }

  private PlannedStop stop(ComponentLimits limits) {
    String name = limits.name();
    Duration drainBy = options.budget().drainBy(limits.reserves());
    return new PlannedStop(
        name,
        component(name).options().getInstances(),
        graph.dependenciesOf(name),
        limits.startTimeout(),
        limits.drainTimeout(),
        drainBy,
        drainBy.plus(limits.releaseTimeout()));
  }

  /**
   * The section {@code lifecycle}.
   *
   * @return the options
   */
  public LifecycleOptions options() {
    return options;
  }

  /**
   * The components and their dependencies.
   *
   * @return the graph
   */
  public ComponentGraph graph() {
    return graph;
  }

  RootVerticle root() {
    return root;
  }

  /** The whole configuration that this plan was made for, a copy. */
  JsonObject config() {
    return config.copy();
  }

  /** The keys of the configuration that nobody reads. */
  List<Problem> unread() {
    return unread;
  }

  /** Probable slips within sections whose keys are the component's own, and may be meant. */
  List<Problem> suspects() {
    return suspects;
  }

  Collection<ComponentPlan> components() {
    return Collections.unmodifiableCollection(components.values());
  }

  /**
   * Takes this plan for a start: its components hold instances that can start once.
   *
   * @throws IllegalStateException if it was taken before
   */
  void take() {
    if (used.getAndSet(true)) {
      throw new IllegalStateException(
          "this plan of %s was started before, and is good for one start; make another for a new %s"
              .formatted(ClassName.of(root.getClass()), ClassName.of(root.getClass())));
    }
  }
}
