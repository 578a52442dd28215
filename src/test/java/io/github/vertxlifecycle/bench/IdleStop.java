package io.github.vertxlifecycle.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.vertxlifecycle.lifecycle.Component;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts many components that do nothing and stops them, and prints the microseconds of a stop per
 * component, by the clock and of the processor; beside it as many bare verticles, undeployed in the
 * same order.
 *
 * <p>{@code warm} is the median of many stops in one JVM, which has compiled all of it by then.
 * {@code cold} is the first stop of a JVM, as a process has it: it loads classes, and most of it is
 * interpreted. {@code heap} prints the bytes that each component holds instead.
 */
public final class IdleStop {

  private static final int ROUNDS = 15;
  private static final int WARM_UP = 10;

  /** A chain of releases, each with a second in reserve, must fit into the budget. */
  private static final DeploymentOptions PATIENT =
      new DeploymentOptions()
          .setConfig(new JsonObject().put("lifecycle", new JsonObject().put("stopTimeout", "1h")));

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

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

  /** What a stop took, in microseconds for each component. */
  private record Cost(double micros, double processor) {

    static Cost of(Step stop, int count) throws Exception {
      long ran = PROCESS.getProcessCpuTime();
      long began = System.nanoTime();
      stop.run();
      long ended = System.nanoTime();
      return new Cost(
          (ended - began) / 1e3 / count, (PROCESS.getProcessCpuTime() - ran) / 1e3 / count);
    }

    static void print(String prefix, List<Cost> all) {
      System.out.println(
          prefix + "micros=" + Figures.median(all.stream().map(Cost::micros).toList()));
      System.out.println(
          prefix + "processor=" + Figures.median(all.stream().map(Cost::processor).toList()));
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  /**
   * Measures.
   *
   * @param arguments how many components, how wide a layer, and {@code warm}, {@code cold}, {@code
   *     bareCold} or {@code heap}
   */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    int width = Integer.parseInt(arguments[1]);
    Vertx vertx = Vertx.vertx();
    switch (arguments[2]) {
      case "warm" -> warm(vertx, count, width);
      case "cold" -> Cost.print("", List.of(stop(vertx, count, width)));
      case "bareCold" -> Cost.print("bare.", List.of(bareStop(vertx, count, width)));
      case "heap" -> {
        System.out.println("bytes=" + heap(vertx, count, width));
        System.out.println("bare.bytes=" + bareHeap(vertx, count));
      }
      default -> throw new IllegalArgumentException(arguments[2]);
    }
    await(vertx.close());
  }

  private static void warm(Vertx vertx, int count, int width) throws Exception {
    List<Cost> ours = new ArrayList<>();
    List<Cost> bare = new ArrayList<>();
    for (int i = 0; i < WARM_UP + ROUNDS; i++) {
      Cost one = stop(vertx, count, width);
      Cost other = bareStop(vertx, count, width);
      if (i >= WARM_UP) {
        ours.add(one);
        bare.add(other);
      }
    }
    Cost.print("", ours);
    Cost.print("bare.", bare);
  }

  private static Cost stop(Vertx vertx, int count, int width) throws Exception {
    String id = await(vertx.deployVerticle(new LayeredApp(count, width), PATIENT));
    return Cost.of(() -> await(vertx.undeploy(id)), count);
  }

  private static Cost bareStop(Vertx vertx, int count, int width) throws Exception {
    List<String> ids = bare(vertx, count);
    return Cost.of(
        () -> {
          for (int layer = count - width; layer >= 0; layer -= width) {
            await(
                Future.join(
                    ids.subList(layer, layer + width).stream().map(vertx::undeploy).toList()));
          }
        },
        count);
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
