package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.lifecycle.Component;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts many components that do nothing and stops them, again and again, and prints the median
 * microseconds of a stop per component; beside it as many bare verticles, undeployed all at once.
 * With {@code heap} it prints the bytes that each of them holds instead.
 */
public final class IdleStop {

  private static final int ROUNDS = 15;
  private static final int WARM_UP = 10;

  /** A chain of releases, each with a second in reserve, must fit into the budget. */
  private static final DeploymentOptions PATIENT =
      new DeploymentOptions()
          .setConfig(new JsonObject().put("lifecycle", new JsonObject().put("stopTimeout", "1h")));

  private IdleStop() {}

  private static final class Idle extends LifecycleVerticle {}

  private static final class BareIdle extends AbstractVerticle {}

  /**
   * Layers of components, each of which depends on three of the layer below; width 1 is a chain.
   */
  private static final class LayeredApp extends RootVerticle {
    private final int count;
    private final int width;

    LayeredApp(int count, int width) {
      this.count = count;
      this.width = width;
    }

    @Override
    protected void components(Components app) {
      for (int i = 0; i < count; i++) {
        Component component = app.add("c" + i, Idle::new);
        for (int edge = 0; i >= width && edge < Math.min(3, width); edge++) {
          int below = (i / width - 1) * width;
          component.dependsOn("c" + (below + (i * 7 + edge * 13) % width));
        }
      }
    }
  }

  /**
   * Measures.
   *
   * @param arguments how many components, how wide a layer, and {@code heap} for the memory
   */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    int width = Integer.parseInt(arguments[1]);
    Vertx vertx = Vertx.vertx();
    if (arguments.length > 2) {
      System.out.println("bytes=" + heap(vertx, count, width));
      System.out.println("bareBytes=" + bareHeap(vertx, count));
    } else {
      List<Double> ours = new ArrayList<>();
      List<Double> bare = new ArrayList<>();
      for (int i = 0; i < WARM_UP + ROUNDS; i++) {
        double one = stop(vertx, count, width);
        double other = bareStop(vertx, count);
        if (i >= WARM_UP) {
          ours.add(one);
          bare.add(other);
        }
      }
      System.out.println("micros=" + Figures.median(ours));
      System.out.println("bareMicros=" + Figures.median(bare));
    }
    await(vertx.close());
  }

  private static double stop(Vertx vertx, int count, int width) throws Exception {
    String id = await(vertx.deployVerticle(new LayeredApp(count, width), PATIENT));
    long began = System.nanoTime();
    await(vertx.undeploy(id));
    return (System.nanoTime() - began) / 1e3 / count;
  }

  private static double bareStop(Vertx vertx, int count) throws Exception {
    List<String> ids = bare(vertx, count);
    long began = System.nanoTime();
    await(Future.join(ids.stream().map(vertx::undeploy).toList()));
    return (System.nanoTime() - began) / 1e3 / count;
  }

  private static List<String> bare(Vertx vertx, int count) throws Exception {
    List<Future<String>> deploying = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      deploying.add(vertx.deployVerticle(new BareIdle()));
    }
    await(Future.join(deploying));
    return deploying.stream().map(Future::result).toList();
  }

  private static double heap(Vertx vertx, int count, int width) throws Exception {
    await(
        vertx.undeploy(
            await(vertx.deployVerticle(new LayeredApp(count, width), PATIENT)))); // loads classes
    long before = used();
    String id = await(vertx.deployVerticle(new LayeredApp(count, width), PATIENT));
    double bytes = (double) (used() - before) / count;
    await(vertx.undeploy(id));
    return bytes;
  }

  private static double bareHeap(Vertx vertx, int count) throws Exception {
    long before = used();
    bare(vertx, count);
    return (double) (used() - before) / count;
  }

  static long used() {
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.MINUTES);
  }
}
