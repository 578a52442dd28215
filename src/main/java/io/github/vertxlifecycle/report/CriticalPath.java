package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chain of components that the length of a stop is made of: from the one that stopped last,
 * back to the dependent it waited for longest, and so on. In the manner of {@code systemd-analyze
 * critical-chain}, read for a stop.
 */
final class CriticalPath {

  private CriticalPath() {}

  /**
   * Finds it.
   *
   * @param graph who depends on whom
   * @param stopped when each component had stopped, on any scale
   * @return first to last; empty if nothing stopped
   */
  static List<String> of(ComponentGraph graph, Map<String, Long> stopped) {
    List<String> path = new ArrayList<>();
    Optional<String> at = last(stopped.keySet(), stopped);
    while (at.isPresent()) {
      path.add(at.get());
      at = last(graph.dependentsOf(at.get()), stopped);
    }
    Collections.reverse(path);
    return path;
  }

  private static Optional<String> last(Iterable<String> names, Map<String, Long> stopped) {
    List<String> known = new ArrayList<>();
    for (String name : names) {
      if (stopped.containsKey(name)) {
        known.add(name);
      }
    }
    return known.stream().max(Comparator.comparingLong(name -> stopped.getOrDefault(name, 0L)));
  }
}
