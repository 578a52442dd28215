package io.github.vertxlifecycle.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * For each component the heaviest chain of dependencies that begins with it, found in one pass over
 * the start order. Immutable.
 */
final class LongestChains {

  private final Map<String, Link> links;

  private record Link(long weight, @Nullable String next) {}

  /**
   * Finds the chains.
   *
   * @param graph the components
   * @param weight what each of them weighs, not negative
   */
  LongestChains(ComponentGraph graph, ToLongFunction<String> weight) {
    links = new LinkedHashMap<>();
    for (String name : graph.startOrder()) {
      long below = 0;
      String next = null;
      for (String need : graph.dependenciesOf(name)) {
        long chain = from(need);
        if (next == null || chain > below) {
          below = chain;
          next = need;
        }
      }
      long sum = weight.applyAsLong(name) + below;
      links.put(name, new Link(sum < 0 ? Long.MAX_VALUE : sum, next));
    }
  }

  /** Every component, in start order, with what {@link #from} says of it. */
  Map<String, Long> weights() {
    Map<String, Long> weights = new LinkedHashMap<>();
    for (Map.Entry<String, Link> one : links.entrySet()) {
      weights.put(one.getKey(), one.getValue().weight());
    }
    return Collections.unmodifiableMap(weights);
  }

  private Link link(String name) {
    Link link = links.get(name);
    if (link == null) {
      throw new GraphException("there is no component \"" + name + "\"");
    }
    return link;
  }

  /**
   * The weight of the heaviest chain from a component down, its own included; {@link
   * Long#MAX_VALUE} if it is more than that.
   *
   * @param name the component
   * @return the sum
   */
  long from(String name) {
    return link(name).weight();
  }

  /**
   * The components of the heaviest chain from a component down.
   *
   * @param name the component
   * @return {@code name}, then one of its dependencies, and so on down
   */
  List<String> chain(String name) {
    List<String> chain = new ArrayList<>();
    for (String at = name; at != null; at = link(at).next()) {
      chain.add(at);
    }
    return Collections.unmodifiableList(chain);
  }
}
