package io.github.vertxlifecycle.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Makes graphs without cycles, of every density, declared in an order that gives nothing away. */
public final class RandomGraphs {

  private RandomGraphs() {}

  /** A graph of up to {@code most} components. */
  public static ComponentGraph next(Random random, int most) {
    int size = 1 + random.nextInt(most);
    double density = random.nextDouble() * random.nextDouble();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      names.add("c" + i);
    }
    Collections.shuffle(names, random);
    List<String> declared = new ArrayList<>(names);
    Collections.shuffle(declared, random);
    Map<String, Set<String>> edges = new LinkedHashMap<>();
    declared.forEach(name -> edges.put(name, new LinkedHashSet<>()));
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        if (random.nextDouble() < density) {
          edges.get(names.get(i)).add(names.get(j));
        }
      }
    }
    return ComponentGraph.of(edges);
  }

  /** {@code c0 ← c1 ← … }, declared from the top. */
  public static ComponentGraph chain(int length) {
    Map<String, Set<String>> edges = new LinkedHashMap<>();
    for (int i = length - 1; i >= 0; i--) {
      edges.put("c" + i, i == 0 ? Set.of() : Set.of("c" + (i - 1)));
    }
    return ComponentGraph.of(edges);
  }
}
