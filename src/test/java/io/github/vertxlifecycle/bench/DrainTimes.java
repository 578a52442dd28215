package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.RandomGraphs;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Stops random graphs whose components drain for given times, and prints by how much each stop
 * takes longer than the longest chain of those times.
 */
public final class DrainTimes {

  private static final int GRAPHS = 7;
  private static final int MOST_COMPONENTS = 60;

  private DrainTimes() {}

  private static final class Busy extends LifecycleVerticle {
    private final long millis;

    Busy(long millis) {
      this.millis = millis;
    }

    @Override
    protected Future<?> onDrain() {
      return vertx.timer(millis, TimeUnit.MILLISECONDS);
    }
  }

  private static final class GraphApp extends RootVerticle {
    private final ComponentGraph graph;
    private final Map<String, Long> times;

    GraphApp(ComponentGraph graph, Map<String, Long> times) {
      this.graph = graph;
      this.times = times;
    }

    @Override
    protected void components(Components app) {
      graph
          .dependencies()
          .forEach(
              (name, needs) ->
                  app.add(name, () -> new Busy(times.get(name)))
                      .dependsOn(needs.toArray(String[]::new))
                      .releaseTimeout(Duration.ofMillis(100)));
    }
  }

  /**
   * Measures.
   *
   * @param arguments the first seed
   */
  public static void main(String[] arguments) throws Exception {
    long seed = Long.parseLong(arguments[0]);
    Vertx vertx = Vertx.vertx();
    stop(vertx, new Random(0)); // loads classes
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < GRAPHS; i++) {
      ratios.add(stop(vertx, new Random(seed + i)));
    }
    System.out.println("ratio=" + Figures.median(ratios));
    System.out.println("worst=" + ratios.stream().mapToDouble(one -> one).max().orElseThrow());
    vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  private static double stop(Vertx vertx, Random random) throws Exception {
    ComponentGraph graph = RandomGraphs.next(random, MOST_COMPONENTS);
    Map<String, Long> times = new HashMap<>();
    graph.startOrder().forEach(name -> times.put(name, 50L + random.nextInt(400)));
    long longest =
        graph.longestChains(times::get).values().stream().max(Long::compare).orElseThrow();
    String id = get(vertx.deployVerticle(new GraphApp(graph, times)));
    long began = System.nanoTime();
    get(vertx.undeploy(id));
    return (System.nanoTime() - began) / 1e6 / longest;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.MINUTES);
  }
}
