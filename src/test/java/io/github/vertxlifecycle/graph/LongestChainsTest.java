package io.github.vertxlifecycle.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LongestChainsTest {

  @Test
  void takesTheHeavierWayNotTheOneWithMoreComponents() {
    Map<String, Set<String>> edges = new LinkedHashMap<>();
    edges.put("heavy", Set.of());
    edges.put("light1", Set.of());
    edges.put("light2", Set.of("light1"));
    edges.put("top", Set.of("heavy", "light2"));
    Map<String, Long> weights = Map.of("heavy", 10L, "light1", 4L, "light2", 5L, "top", 1L);
    LongestChains chains = new LongestChains(ComponentGraph.of(edges), weights::get);
    assertThat(chains.from("top")).isEqualTo(11);
    assertThat(chains.chain("top")).containsExactly("top", "heavy");
    assertThat(chains.chain("light2")).containsExactly("light2", "light1");
  }

  @Test
  void followsDependenciesThatWeighNothing() {
    LongestChains chains = new LongestChains(RandomGraphs.chain(3), name -> 0);
    assertThat(chains.from("c2")).isZero();
    assertThat(chains.chain("c2")).containsExactly("c2", "c1", "c0");
  }

  @Test
  void agreesWithTryingEveryWay() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      ComponentGraph graph = RandomGraphs.next(random, 12);
      Map<String, Long> weights = new HashMap<>();
      graph.startOrder().forEach(name -> weights.put(name, (long) random.nextInt(5)));
      LongestChains chains = new LongestChains(graph, weights::get);
      for (String name : graph.startOrder()) {
        assertThat(chains.from(name)).isEqualTo(everyWay(graph, weights, name));
        List<String> chain = chains.chain(name);
        assertThat(chain.stream().mapToLong(weights::get).sum()).isEqualTo(chains.from(name));
        assertThat(chain.get(0)).isEqualTo(name);
        for (int at = 1; at < chain.size(); at++) {
          assertThat(graph.dependenciesOf(chain.get(at - 1))).contains(chain.get(at));
        }
      }
    }
  }

  private static long everyWay(ComponentGraph graph, Map<String, Long> weights, String name) {
    long below =
        graph.dependenciesOf(name).stream()
            .mapToLong(need -> everyWay(graph, weights, need))
            .max()
            .orElse(0);
    return weights.get(name) + below;
  }

  @Test
  void takesAChainOfAHundredThousand() {
    LongestChains chains = new LongestChains(RandomGraphs.chain(100_000), name -> 3);
    assertThat(chains.from("c99999")).isEqualTo(300_000);
    assertThat(chains.chain("c99999")).hasSize(100_000).endsWith("c1", "c0");
  }

  @Test
  void staysAtTheLargestNumberInsteadOfOverflowing() {
    LongestChains chains = new LongestChains(RandomGraphs.chain(4), name -> Long.MAX_VALUE / 3);
    assertThat(chains.from("c3")).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aGraphTellsThemAllInStartOrder() {
    ComponentGraph graph = RandomGraphs.chain(3);
    assertThat(graph.longestChains(name -> 2))
        .containsExactly(Map.entry("c0", 2L), Map.entry("c1", 4L), Map.entry("c2", 6L));
    assertThat(graph.longestChain("c1", name -> 2)).containsExactly("c1", "c0");
  }

  @Test
  void refusesUnknownComponents() {
    LongestChains chains = new LongestChains(RandomGraphs.chain(1), name -> 1);
    assertThatThrownBy(() -> chains.from("c1"))
        .isInstanceOf(GraphException.class)
        .hasMessage("there is no component \"c1\"");
  }
}
