package io.github.vertxlifecycle.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * A directed acyclic graph of component names. An edge runs from a component to each of its
 * dependencies.
 *
 * <p>Immutable. Nothing here recurses, so a chain may be as long as memory allows; construction and
 * every query are linear in nodes and edges.
 */
public final class ComponentGraph {

  private final Map<String, Set<String>> dependencies;
  private final Map<String, Set<String>> dependents;
  private final List<String> startOrder;

  private ComponentGraph(
      Map<String, Set<String>> dependencies,
      Map<String, Set<String>> dependents,
      List<String> startOrder) {
    this.dependencies = dependencies;
    this.dependents = dependents;
    this.startOrder = startOrder;
  }

  /**
   * Makes a graph.
   *
   * @param declared every component in the order of its declaration, with what it depends on
   * @return the graph
   * @throws GraphException if a dependency is unknown or a component's own, or if there is a cycle
   */
  public static ComponentGraph of(Map<String, Set<String>> declared) {
    declared.forEach((name, needs) -> needs.forEach(need -> check(name, need, declared)));
    Map<String, String> names = new HashMap<>(); // so that each is kept once
    declared.keySet().forEach(name -> names.put(name, name));
    Map<String, Set<String>> dependencies = new LinkedHashMap<>();
    Map<String, List<String>> listed = new HashMap<>();
    declared.forEach(
        (name, needs) -> {
          List<String> own = needs.stream().map(need -> names.getOrDefault(need, need)).toList();
          dependencies.put(name, NameSet.of(own));
          own.forEach(need -> listed.computeIfAbsent(need, one -> new ArrayList<>()).add(name));
        });
    Map<String, Set<String>> dependents = new HashMap<>();
    declared
        .keySet()
        .forEach(name -> dependents.put(name, NameSet.of(listed.getOrDefault(name, List.of()))));
    return new ComponentGraph(dependencies, dependents, sort(dependencies, dependents));
  }

  private static void check(String name, String need, Map<String, Set<String>> declared) {
    if (need.equals(name)) {
      throw new GraphException(
          "component \"" + name + "\" depends on itself; remove that dependency");
    }
    if (!declared.containsKey(need)) {
      throw new GraphException(
          "component \"%s\" depends on \"%s\", which was not added; add it, or pick one of %s"
              .formatted(name, need, quoted(declared.keySet())));
    }
  }

  /** Kahn's algorithm; ties go by the order of declaration. */
  private static List<String> sort(
      Map<String, Set<String>> dependencies, Map<String, Set<String>> dependents) {
    Map<String, Integer> missing = new HashMap<>();
    ArrayDeque<String> ready = new ArrayDeque<>();
    dependencies.forEach(
        (name, needs) -> {
          missing.put(name, needs.size());
          if (needs.isEmpty()) {
            ready.add(name);
          }
        });
    List<String> order = new ArrayList<>(dependencies.size());
    for (String name = ready.poll(); name != null; name = ready.poll()) {
      order.add(name);
      for (String dependent : of(dependents, name)) {
        if (missing.merge(dependent, -1, Integer::sum) == 0) {
          ready.add(dependent);
        }
      }
    }
    if (order.size() < dependencies.size()) {
      throw new GraphException(
          "the components depend on each other in a cycle: "
              + String.join(" → ", cycle(dependencies, order))
              + "; remove one of these dependencies");
    }
    return Collections.unmodifiableList(order);
  }

  /**
   * Every unsorted component has an unsorted dependency, so a walk along those must come back to a
   * component that it has passed.
   */
  private static List<String> cycle(Map<String, Set<String>> dependencies, List<String> sorted) {
    Set<String> unsorted = new LinkedHashSet<>(dependencies.keySet());
    unsorted.removeAll(Set.copyOf(sorted));
    LinkedHashSet<String> walked = new LinkedHashSet<>();
    String name = unsorted.iterator().next();
    while (walked.add(name)) {
      name = of(dependencies, name).stream().filter(unsorted::contains).findFirst().orElseThrow();
    }
    List<String> cycle = new ArrayList<>(walked);
    Iterator<String> beforeIt = cycle.iterator();
    while (!beforeIt.next().equals(name)) {
      beforeIt.remove();
    }
    cycle.add(name);
    return cycle;
  }

  private static Set<String> of(Map<String, Set<String>> edges, String name) {
    Set<String> ends = edges.get(name);
    if (ends == null) {
      throw new GraphException(
          "there is no component \"" + name + "\"; there are " + quoted(edges.keySet()));
    }
    return ends;
  }

  private static String quoted(Set<String> names) {
    return names.stream().sorted().map(n -> '"' + n + '"').collect(Collectors.joining(", "));
  }

  /**
   * All components, dependencies before their dependents.
   *
   * @return the names, unmodifiable
   */
  public List<String> startOrder() {
    return startOrder;
  }

  /**
   * All edges.
   *
   * @return every component in the order of declaration, with what it depends on; unmodifiable
   */
  public Map<String, Set<String>> dependencies() {
    return Collections.unmodifiableMap(dependencies);
  }

  /**
   * What a component depends on, directly.
   *
   * @param name the component
   * @return its dependencies, unmodifiable
   */
  public Set<String> dependenciesOf(String name) {
    return of(dependencies, name);
  }

  /**
   * What depends on a component, directly.
   *
   * @param name the component
   * @return its dependents, unmodifiable
   */
  public Set<String> dependentsOf(String name) {
    return of(dependents, name);
  }

  /**
   * A component with everything that depends on it, directly or through others.
   *
   * @param name the component
   * @return the names, {@code name} first
   */
  public Set<String> withDependentsOf(String name) {
    Set<String> reached = new LinkedHashSet<>();
    ArrayDeque<String> next = new ArrayDeque<>(List.of(name));
    for (String one = next.poll(); one != null; one = next.poll()) {
      if (reached.add(one)) {
        next.addAll(of(dependents, one));
      }
    }
    return reached;
  }

  /**
   * For every component the weight of the heaviest chain of dependencies that begins with it, found
   * in one pass.
   *
   * @param weight what each component weighs, not negative
   * @return every component in start order with that sum, its own weight included; {@link
   *     Long#MAX_VALUE} if it is more than that; unmodifiable
   */
  public Map<String, Long> longestChains(ToLongFunction<String> weight) {
    return new LongestChains(this, weight).weights();
  }

  /**
   * The components of the heaviest chain of dependencies that begins with one of them.
   *
   * @param name the component
   * @param weight what each component weighs, not negative
   * @return {@code name}, then one of its dependencies, and so on down; unmodifiable
   */
  public List<String> longestChain(String name, ToLongFunction<String> weight) {
    return new LongestChains(this, weight).chain(name);
  }
}
