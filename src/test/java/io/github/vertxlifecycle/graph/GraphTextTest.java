package io.github.vertxlifecycle.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A graph as others draw it. */
final class GraphTextTest {

  @Test
  void printsMermaidAndDot() {
    Map<String, Set<String>> needs = new LinkedHashMap<>();
    needs.put("http", Set.of("my \"db\""));
    needs.put("my \"db\"", Set.of());
    ComponentGraph graph = ComponentGraph.of(needs);

    assertThat(GraphText.mermaid(graph))
        .isEqualTo("graph TD\n  c0[\"http\"]\n  c1[\"my #quot;db#quot;\"]\n  c0 --> c1\n");
    assertThat(GraphText.dot(graph))
        .contains("\"http\" -> \"my \\\"db\\\"\";")
        .startsWith("digraph")
        .endsWith("}\n");
  }
}
