package io.github.vertxlifecycle.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.RandomGraphs;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The places of components in a drawing. */
final class LayoutTest {

  @Test
  void dependenciesStandBelowTheirDependentsAndNothingOverlaps() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      ComponentGraph graph = RandomGraphs.next(random, 30);
      Layout layout = Layout.of(graph);
      assertThat(layout.nodes().keySet()).containsExactlyElementsOf(graph.startOrder());
      for (Layout.Edge edge : layout.edges()) {
        assertThat(edge.way().get(0)).isEqualTo(layout.nodes().get(edge.from()));
        assertThat(edge.way().get(edge.way().size() - 1)).isEqualTo(layout.nodes().get(edge.to()));
        for (int i = 1; i < edge.way().size(); i++) {
          assertThat(edge.way().get(i).layer()).isEqualTo(edge.way().get(i - 1).layer() - 1);
        }
      }
      assertApart(layout);
    }
  }

  private static void assertApart(Layout layout) {
    layout
        .nodes()
        .forEach(
            (one, place) ->
                layout
                    .nodes()
                    .forEach(
                        (other, elsewhere) -> {
                          if (!one.equals(other) && place.layer() == elsewhere.layer()) {
                            assertThat(Math.abs(place.x() - elsewhere.x()))
                                .as("%s and %s", one, other)
                                .isGreaterThanOrEqualTo(0.99);
                          }
                        }));
  }
}
