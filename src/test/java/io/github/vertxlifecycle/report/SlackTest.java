package io.github.vertxlifecycle.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.RandomGraphs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Slack against the definition: take the component out, play the stop again. */
final class SlackTest {

  /** Plays a stop in which each component begins when its last dependent has ended. */
  private static Map<String, Long> play(ComponentGraph graph, Map<String, Long> own) {
    Map<String, Long> ended = new HashMap<>();
    List<String> order = new ArrayList<>(graph.startOrder());
    Collections.reverse(order);
    for (String name : order) {
      long begins = graph.dependentsOf(name).stream().mapToLong(ended::get).max().orElse(0);
      ended.put(name, begins + own.get(name));
    }
    return ended;
  }

  private static long length(ComponentGraph graph, Map<String, Long> own) {
    return play(graph, own).values().stream().mapToLong(one -> one).max().orElse(0);
  }

  private static Map<String, Long> with(Map<String, Long> own, String name, long time) {
    Map<String, Long> changed = new HashMap<>(own);
    changed.put(name, time);
    return changed;
  }

  @Test
  void equalsAnExactRecomputationOnRandomGraphs() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      ComponentGraph graph = RandomGraphs.next(random, 24);
      Map<String, Long> own = new HashMap<>();
      graph.startOrder().forEach(name -> own.put(name, (long) random.nextInt(20)));
      long total = length(graph, own);
      Slack slack = new Slack(graph, own::get);
      assertThat(slack.total()).as("seed %d", seed).isEqualTo(total);
      for (String name : graph.startOrder()) {
        Slack.ComponentSlack its = slack.of(name);
        long without = length(graph, with(own, name, 0));
        assertThat(its.saves()).as("seed %d, %s", seed, name).isEqualTo(total - without);
        long spare = its.spare();
        assertThat(length(graph, with(own, name, own.get(name) + spare))).isEqualTo(total);
        assertThat(length(graph, with(own, name, own.get(name) + spare + 1))).isEqualTo(total + 1);
      }
    }
  }

  @Test
  void theCriticalPathOfRandomGraphsIsAsLongAsTheStop() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      ComponentGraph graph = RandomGraphs.next(random, 24);
      Map<String, Long> own = new HashMap<>();
      graph.startOrder().forEach(name -> own.put(name, 1L + random.nextInt(20)));
      List<String> path = CriticalPath.of(graph, play(graph, own));
      assertThat(path.stream().mapToLong(own::get).sum())
          .as("seed %d", seed)
          .isEqualTo(length(graph, own));
      assertThat(graph.dependentsOf(path.get(0))).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void savesOnlyWhatTheNextLongestChainLeaves() {
    ComponentGraph graph =
        ComponentGraph.of(
            Map.of("http", Set.of("postgres", "redis"), "postgres", Set.of(), "redis", Set.of()));
    Map<String, Long> own = Map.of("http", 100L, "postgres", 1800L, "redis", 1400L);

    Slack slack = new Slack(graph, own::get);

    assertThat(slack.of("postgres")).isEqualTo(new Slack.ComponentSlack(400, 0));
    assertThat(slack.of("redis")).isEqualTo(new Slack.ComponentSlack(0, 400));
    assertThat(slack.of("http")).isEqualTo(new Slack.ComponentSlack(100, 0));
  }
}
