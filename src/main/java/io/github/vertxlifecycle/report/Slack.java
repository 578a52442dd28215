package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/**
 * The share of each component in the length of a stop in which each takes its own time, and begins
 * when its last dependent has ended.
 *
 * <p>The stop is as long as its longest chain. How much shorter it would be without a component is
 * exact: the longest chain that avoids it is found for all components in one sweep along an order
 * in which dependents come first. Every chain that avoids a component has exactly one step over its
 * place in that order, from a component before it to one behind; the longest chain through each
 * step is known, so for each place the longest among the steps over it is what is wanted. That
 * takes time linear in components and edges, but for the logarithm of a heap.
 */
final class Slack {

  private final Map<String, ComponentSlack> of = new HashMap<>();
  private final long total;

  /**
   * One component's part.
   *
   * @param saves how much shorter the stop would be if it took no time
   * @param spare how much longer it could take before the stop takes longer
   */
  record ComponentSlack(long saves, long spare) {}

  /**
   * A step of a chain from one place of the order to a later one, and the longest chain with it.
   */
  private record SlackStep(int from, int to, long longest) {}

  /**
   * Computes it.
   *
   * @param graph who depends on whom
   * @param own how long each component takes itself, not negative
   */
  Slack(ComponentGraph graph, ToLongFunction<String> own) {
    List<String> order = new ArrayList<>(graph.startOrder());
    java.util.Collections.reverse(order); // dependents first
    int count = order.size();
    Map<String, Integer> place = new HashMap<>();
    long[] takes = new long[count];
    for (int i = 0; i < count; i++) {
      place.put(order.get(i), i);
      takes[i] = own.applyAsLong(order.get(i));
    }
    long[] until = new long[count]; // the longest chain that ends with it
    List<int[]> before = edges(graph, order, place);
    for (int i = 0; i < count; i++) {
      for (int one : before.get(i)) {
        until[i] = Math.max(until[i], until[one]);
      }
      until[i] += takes[i];
    }
    long[] after = new long[count]; // the longest chain that begins behind it
    for (int i = count - 1; i >= 0; i--) {
      for (int one : before.get(i)) {
        after[one] = Math.max(after[one], after[i] + takes[i]);
      }
    }
    List<SlackStep> steps = new ArrayList<>();
    long longest = 0;
    for (int i = 0; i < count; i++) {
      longest = Math.max(longest, until[i]);
      steps.add(new SlackStep(-1, i, takes[i] + after[i]));
      steps.add(new SlackStep(i, count, until[i]));
      for (int one : before.get(i)) {
        steps.add(new SlackStep(one, i, until[one] + takes[i] + after[i]));
      }
    }
    total = longest;
    long[] avoiding = longestOver(steps, count);
    for (int i = 0; i < count; i++) {
      long through = until[i] + after[i];
      long without = Math.max(avoiding[i], through - takes[i]);
      of.put(order.get(i), new ComponentSlack(total - without, total - through));
    }
  }

  private static List<int[]> edges(
      ComponentGraph graph, List<String> order, Map<String, Integer> place) {
    List<int[]> before = new ArrayList<>();
    for (String name : order) {
      before.add(
          graph.dependentsOf(name).stream().mapToInt(one -> place.getOrDefault(one, -1)).toArray());
    }
    return before;
  }

  /** For each place the longest of the steps that go over it. */
  private static long[] longestOver(List<SlackStep> steps, int count) {
    steps.sort(Comparator.comparingInt(SlackStep::from));
    PriorityQueue<SlackStep> open =
        new PriorityQueue<>(Comparator.comparingLong(SlackStep::longest).reversed());
    long[] longest = new long[count];
    int next = 0;
    for (int i = 0; i < count; i++) {
      while (next < steps.size() && steps.get(next).from() < i) {
        open.add(steps.get(next++));
      }
      while (!open.isEmpty() && open.element().to() <= i) {
        open.remove();
      }
      longest[i] = open.isEmpty() ? 0 : open.element().longest();
    }
    return longest;
  }

  /** How long the stop takes. */
  long total() {
    return total;
  }

  ComponentSlack of(String component) {
    return of.getOrDefault(component, new ComponentSlack(0, 0));
  }
}
