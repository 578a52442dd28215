package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Problems;
import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.GraphException;
import io.github.vertxlifecycle.graph.LongestChains;
import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What would be started and stopped, and within which times. Made from the declared components and
 * the configuration without starting anything; whoever gets one knows that the graph is sound, the
 * configuration valid and the stop budget sufficient. Immutable, good for one start.
 */
public final class Plan {

  private final LifecycleOptions options;
  private final ComponentGraph graph;
  private final Map<String, ComponentPlan> components;
  private final ApplicationExtensions extensions;
  private final LongestChains reserves;

  private Plan(
      LifecycleOptions options,
      ComponentGraph graph,
      Map<String, ComponentPlan> components,
      ApplicationExtensions extensions) {
    this.extensions = extensions;
    this.options = options;
    this.graph = graph;
    this.components = components;
    this.reserves =
        new LongestChains(
            graph, name -> TimeUnit.NANOSECONDS.convert(component(name).times().releaseTimeout()));
  }

  /**
   * Makes a plan.
   *
   * @param declared the components
   * @param config the whole configuration
   * @return the plan
   * @throws ConfigurationException listing every problem there is
   */
  static Plan of(Components declared, JsonObject config) {
    Problems problems = new Problems();
    Section whole = new Section("", config, problems);
    Section section = whole.section("lifecycle");
    LifecycleOptions options = LifecycleOptions.of(section);
    addConfigured(declared, section.section("components"), problems);
    section.rejectOthers();

    Map<String, Set<String>> edges = new LinkedHashMap<>();
    Map<String, ComponentPlan> components = new LinkedHashMap<>();
    for (Component component : declared.all()) {
      edges.put(component.name(), component.dependencies());
      ComponentPlan plan = plan(component, config, options, problems);
      if (plan != null) {
        components.put(component.name(), plan);
      }
    }
    ComponentGraph graph = graph(edges, problems);
    ApplicationExtensions extensions = new ApplicationExtensions(config, edges.keySet(), problems);
    problems.throwIfAny();
    Plan plan = new Plan(options, graph, components, extensions);
    plan.checkBudget(problems);
    problems.throwIfAny();
    return plan;
  }

  /** Components that the configuration adds: a class and what it depends on. */
  private static void addConfigured(Components declared, Section added, Problems problems) {
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
        problems.add(added.path(name), ComponentLifecycle.message(e));
      }
    }
  }

  private static ComponentGraph graph(Map<String, Set<String>> edges, Problems problems) {
    try {
      return ComponentGraph.of(edges);
    } catch (GraphException e) {
      problems.add("", ComponentLifecycle.message(e));
      return ComponentGraph.of(Map.of());
    }
  }

  private static @Nullable ComponentPlan plan(
      Component component, JsonObject config, LifecycleOptions options, Problems problems) {
    String name = component.name();
    DeploymentOptions deployment = component.options();
    JsonObject defaults = deployment.getConfig();
    JsonObject keys = defaults == null ? new JsonObject() : defaults.copy();
    new Section("", config, problems).section(name); // tells if it is no section
    if (config.getValue(name) instanceof JsonObject said) {
      keys.mergeIn(said.copy(), true);
    }
    Section section = new Section(name, keys, problems);
    deployment.setConfig(keys);
    deployment.setInstances(section.integer("instances", deployment.getInstances(), 1, 10_000));
    if (deployment.getInstances() < 1) {
      section.problem("instances", "must be at least 1, not " + deployment.getInstances());
    }
    ComponentTimes times = component.times().overriddenBy(section, options);
    Deployable first = first(component, problems);
    if (first == null) {
      return null;
    }
    if (first instanceof LifecycleVerticle ours) {
      int common = section.keysRead();
      ours.configure(section);
      if (section.keysRead() > common) {
        section.rejectOthers();
      }
    }
    return new ComponentPlan(name, component.supplier(), deployment, times, first);
  }

  private static @Nullable Deployable first(Component component, Problems problems) {
    try {
      Deployable first = component.supplier().get();
      if (first == null) {
        problems.add(component.name(), "its supplier returned null instead of a verticle");
      }
      return first;
    } catch (RuntimeException e) {
      problems.add(component.name(), ComponentLifecycle.message(e));
      return null;
    } catch (LinkageError e) {
      problems.add(
          component.name(),
          "its class cannot be loaded, a library is missing on the class path: " + e);
      return null;
    }
  }

  private void checkBudget(Problems problems) {
    graph.startOrder().stream()
        .max(Comparator.comparingLong(reserves::from))
        .filter(name -> !options.budget().fits(reserves(name)))
        .ifPresent(name -> problems.add("lifecycle.stopTimeout", notEnough(name)));
  }

  private String notEnough(String name) {
    return ("%s is not enough: announceDelay (%s) and the releases along %s (%s) take %s;"
            + " raise stopTimeout, or lower announceDelay or a releaseTimeout")
        .formatted(
            Durations.format(options.stopTimeout()),
            Durations.format(options.announceDelay()),
            String.join(" → ", reserves.chain(name)),
            Durations.format(reserves(name)),
            Durations.format(options.announceDelay().plus(reserves(name))));
  }

  private Duration reserves(String name) {
    return Duration.ofNanos(reserves.from(name));
  }

  ComponentLimits limits(String name) {
    return component(name).times().plan(name, reserves(name));
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

  /**
   * What the stop grants each component at most, in start order. Both moments count from the first
   * moment of the stop.
   *
   * @return the components
   */
  public List<PlannedStop> stops() {
    return graph.startOrder().stream().map(this::stop).toList();
  }

  private PlannedStop stop(String name) {
    ComponentLimits limits = limits(name);
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

  /**
   * The sections of this plan's components that come with a JSON schema, which is to be checked by
   * whoever has a validator.
   *
   * @return the schemas by component
   */
  public Map<String, JsonObject> schemas() {
    Map<String, JsonObject> schemas = new LinkedHashMap<>();
    components.forEach(
        (name, plan) -> {
          JsonObject schema = plan.schema();
          if (schema != null) {
            schemas.put(name, schema);
          }
        });
    return schemas;
  }

  /**
   * A component's section with its defaults filled in.
   *
   * @param component its name
   * @return a copy
   * @throws IllegalArgumentException if there is no such component
   */
  public JsonObject section(String component) {
    return component(component).section().copy();
  }

  /**
   * The names that mean something at the top of the configuration.
   *
   * @return the sections this plan reads
   */
  public Set<String> sections() {
    Set<String> names = new TreeSet<>(components.keySet());
    names.add("lifecycle");
    names.addAll(extensions.sections());
    return names;
  }
}
