package io.github.vertxlifecycle.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ComponentGraphTest {

  private final Map<String, Set<String>> declared = new LinkedHashMap<>();

  private ComponentGraphTest add(String name, String... dependencies) {
    declared.put(name, new LinkedHashSet<>(Arrays.asList(dependencies)));
    return this;
  }

  private ComponentGraph graph() {
    return ComponentGraph.of(declared);
  }

  @Test
  void startsDependenciesFirstAndTiesInOrderOfDeclaration() {
    add("http", "hits", "postgres", "redis").add("redis").add("postgres").add("hits", "redis");
    add("lonely");
    assertThat(graph().startOrder()).containsExactly("redis", "postgres", "lonely", "hits", "http");
  }

  @Test
  void takesNoComponentsAtAll() {
    assertThat(graph().startOrder()).isEmpty();
  }

  @Test
  void knowsBothEndsOfEveryEdge() {
    add("http", "postgres").add("hits", "postgres").add("postgres");
    assertThat(graph().dependenciesOf("http")).containsExactly("postgres");
    assertThat(graph().dependenciesOf("postgres")).isEmpty();
    assertThat(graph().dependentsOf("postgres")).containsExactly("http", "hits");
    assertThat(graph().dependencies()).isEqualTo(declared);
  }

  @Test
  void reachesDependentsThroughOthersOnceEach() {
    add("top", "left", "right").add("left", "base").add("right", "base").add("base").add("other");
    assertThat(graph().withDependentsOf("base")).containsExactly("base", "left", "right", "top");
    assertThat(graph().withDependentsOf("top")).containsExactly("top");
  }

  @Test
  void namesTheWayRoundACycleAndNothingElse() {
    add("outside", "a").add("a", "b").add("b", "free", "c").add("c", "a").add("free");
    assertThatThrownBy(this::graph)
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "the components depend on each other in a cycle: a → b → c → a;"
                + " remove one of these dependencies");
  }

  @Test
  void refusesADependencyOnItself() {
    add("a", "a");
    assertThatThrownBy(this::graph)
        .isInstanceOf(GraphException.class)
        .hasMessage("component \"a\" depends on itself; remove that dependency");
  }

  @Test
  void refusesAnUnknownDependencyAndListsTheKnown() {
    add("http", "postgras").add("postgres");
    assertThatThrownBy(this::graph)
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "component \"http\" depends on \"postgras\", which was not added; add it,"
                + " or pick one of \"http\", \"postgres\"");
  }

  @Test
  void refusesQuestionsAboutUnknownComponents() {
    add("a");
    for (String unknown : List.of("b", "")) {
      assertThatThrownBy(() -> graph().dependenciesOf(unknown)).hasMessageContaining("\"a\"");
      assertThatThrownBy(() -> graph().dependentsOf(unknown)).isInstanceOf(GraphException.class);
      assertThatThrownBy(() -> graph().withDependentsOf(unknown))
          .isInstanceOf(GraphException.class);
    }
  }

  @Test
  void doesNotFollowChangesOfWhatItWasMadeFrom() {
    add("a").add("b", "a");
    ComponentGraph graph = graph();
    declared.get("b").clear();
    declared.remove("a");
    assertThat(graph.dependenciesOf("b")).containsExactly("a");
    assertThatThrownBy(() -> graph.dependenciesOf("b").clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> graph.dependentsOf("a").clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> graph.startOrder().remove(0))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void sortsRandomGraphs() {
    Random random = new Random(20);
    for (int i = 0; i < 500; i++) {
      ComponentGraph graph = RandomGraphs.next(random, 60);
      List<String> order = graph.startOrder();
      assertThat(order).containsExactlyInAnyOrderElementsOf(graph.dependencies().keySet());
      for (String name : order) {
        for (String need : graph.dependenciesOf(name)) {
          assertThat(order.indexOf(need)).isLessThan(order.indexOf(name));
          assertThat(graph.dependentsOf(need)).contains(name);
        }
      }
    }
  }

  @Test
  void takesAChainOfAHundredThousand() {
    ComponentGraph graph = RandomGraphs.chain(100_000);
    assertThat(graph.startOrder()).hasSize(100_000).startsWith("c0", "c1").endsWith("c99999");
    assertThat(graph.withDependentsOf("c0")).hasSize(100_000);
  }

  @Test
  void namesACycleOfAHundredThousand() {
    int length = 100_000;
    for (int i = 0; i < length; i++) {
      add("c" + i, "c" + (i + 1) % length);
    }
    assertThatThrownBy(this::graph)
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("c0 → c1 → ")
        .hasMessageContaining(" → c99999 → c0;");
  }
}
