package io.github.vertxlifecycle.bench;

import com.sun.management.ThreadMXBean;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The same handlers on the toolkit and on bare Vert.x, on one event loop. Prints its ports, answers
 * questions about itself, and serves until its input ends.
 */
public final class ThroughputServer {

  static final String OURS = "ours";
  static final String BARE = "bare";
  static final String ALLOCATED = "allocated";
  static final String HEAP = "heap";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private ThroughputServer() {}

  /**
   * Serves.
   *
   * @param arguments {@code ours} or {@code bare}, and the URI of PostgreSQL, if it is needed
   */
  public static void main(String[] arguments) throws Exception {
    Ports ports = Ports.free();
    String postgres = arguments.length > 1 ? arguments[1] : "";
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    (arguments[0].equals(BARE)
            ? vertx.deployVerticle(new BareSide(ports, postgres))
            : vertx.deployVerticle(
                new ToolkitSide(),
                new DeploymentOptions().setConfig(ToolkitSide.config(ports, postgres))))
        .toCompletionStage()
        .toCompletableFuture()
        .get(1, TimeUnit.MINUTES);
    System.out.println(ports);
    answer(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    System.exit(0);
  }

  /** Until the process that started this one leaves. */
  private static void answer(BufferedReader questions) throws IOException {
    String question = questions.readLine();
    while (question != null) {
      System.out.println(question.equals(ALLOCATED) ? allocated() : IdleStop.used());
      question = questions.readLine();
    }
  }

  /** By all threads that live; none ends while requests are answered. */
  private static long allocated() {
    return Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())).sum();
  }
}
