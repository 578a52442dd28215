package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where to draw the components: in layers, dependencies below their dependents, with few crossings.
 *
 * <p>The usual way (Sugiyama, Tagawa, Toda, 1981), kept small: layers by the longest chain of
 * dependencies; an edge over several layers gets a bend in each; the order within a layer follows
 * the mean of its neighbours, down and up a few times; then each place moves towards that mean as
 * far as its own neighbours let it. Immutable, the same for the same graph.
 *
 * @param nodes the place of each component
 * @param edges every dependency, with the places its line passes, both ends included
 */
record Layout(Map<String, Place> nodes, List<Edge> edges) {

  private static final int SWEEPS = 8;

  /** Beyond so many bends lines go straight: nobody could follow them anyway. */
  private static final int MOST_BENDS = 20_000;

  /**
   * A place, in units of one component and its gap.
   *
   * @param x how far to the right; the leftmost place is 0
   * @param layer how far up; 0 is the layer of the components without dependencies
   */
  record Place(double x, int layer) {}

  /**
   * A dependency.
   *
   * @param from the dependent
   * @param to its dependency
   * @param way the places it passes, from end to end
   */
  record Edge(String from, String to, List<Place> way) {}

  /**
   * Lays a graph out.
   *
   * @param graph the components
   * @return the layout
   */
  static Layout of(ComponentGraph graph) {
    return new Drawing(graph).layout();
  }

  /** A component, or a bend of an edge. */
  private static final class Spot {
    final int layer;
    final List<Spot> above = new ArrayList<>();
    final List<Spot> below = new ArrayList<>();
    double x;

    Spot(int layer) {
      this.layer = layer;
    }
  }

  private static final class Drawing {

    private final ComponentGraph graph;
    private final Map<String, Spot> spots = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Spot>>> ways = new HashMap<>();
    private final List<List<Spot>> layers = new ArrayList<>();

    Drawing(ComponentGraph graph) {
      this.graph = graph;
      Map<String, Long> depths = graph.longestChains(name -> 1);
      int bends = 0;
      for (Map.Entry<String, Long> depth : depths.entrySet()) {
        String name = depth.getKey();
        Spot spot = spot(depth.getValue().intValue() - 1);
        spots.put(name, spot);
        for (String need : graph.dependenciesOf(name)) {
          List<Spot> way = way(spot, spots.getOrDefault(need, spot), bends < MOST_BENDS);
          bends += way.size() - 2;
          ways.computeIfAbsent(name, n -> new LinkedHashMap<>()).put(need, way);
        }
      }
      layers.forEach(Drawing::number);
      for (int i = 0; i < SWEEPS; i++) {
        sweep(i % 2 == 0);
      }
      for (int i = 0; i < SWEEPS; i++) {
        straighten(i % 2 == 0);
      }
    }

    private Spot spot(int layer) {
      while (layers.size() <= layer) {
        layers.add(new ArrayList<>());
      }
      Spot spot = new Spot(layer);
      layers.get(layer).add(spot);
      return spot;
    }

    private List<Spot> way(Spot from, Spot to, boolean bends) {
      List<Spot> way = new ArrayList<>(List.of(from));
      for (int layer = from.layer - 1; bends && layer > to.layer; layer--) {
        way.add(spot(layer));
      }
      way.add(to);
      for (int i = 1; i < way.size(); i++) {
        way.get(i - 1).below.add(way.get(i));
        way.get(i).above.add(way.get(i - 1));
      }
      return way;
    }

    private static void number(List<Spot> layer) {
      for (int i = 0; i < layer.size(); i++) {
        layer.get(i).x = i - (layer.size() - 1) / 2.0;
      }
    }

    private void sweep(boolean upwards) {
      for (int i = 0; i < layers.size(); i++) {
        List<Spot> layer = layers.get(upwards ? i : layers.size() - 1 - i);
        layer.sort(Comparator.comparingDouble(spot -> mean(spot, upwards)));
        number(layer);
      }
    }

    private static double mean(Spot spot, boolean ofBelow) {
      List<Spot> neighbours = ofBelow ? spot.below : spot.above;
      return neighbours.stream().mapToDouble(one -> one.x).average().orElse(spot.x);
    }

    /** Keeps the order and a distance of one. */
    private void straighten(boolean upwards) {
      for (int i = 0; i < layers.size(); i++) {
        List<Spot> layer = layers.get(upwards ? i : layers.size() - 1 - i);
        double[] right = new double[layer.size()];
        double[] left = new double[layer.size()];
        for (int k = 0; k < layer.size(); k++) {
          double wish = mean(layer.get(k), upwards);
          right[k] = k == 0 ? wish : Math.max(wish, right[k - 1] + 1);
        }
        for (int k = layer.size() - 1; k >= 0; k--) {
          double wish = mean(layer.get(k), upwards);
          left[k] = k == layer.size() - 1 ? wish : Math.min(wish, left[k + 1] - 1);
        }
        for (int k = 0; k < layer.size(); k++) {
          layer.get(k).x = (right[k] + left[k]) / 2;
        }
      }
    }

    Layout layout() {
      double leftmost =
          layers.stream().flatMap(List::stream).mapToDouble(one -> one.x).min().orElse(0);
      Map<String, Place> nodes = new LinkedHashMap<>();
      List<Edge> edges = new ArrayList<>();
      spots.forEach((name, spot) -> nodes.put(name, place(spot, leftmost)));
      for (String name : graph.startOrder()) {
        ways.getOrDefault(name, Map.of())
            .forEach(
                (need, way) ->
                    edges.add(
                        new Edge(
                            name, need, way.stream().map(one -> place(one, leftmost)).toList())));
      }
      return new Layout(nodes, edges);
    }

    private static Place place(Spot spot, double leftmost) {
      return new Place(Math.round((spot.x - leftmost) * 1000) / 1000.0, spot.layer);
    }
  }
}
