package io.github.vertxlifecycle.bench;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a stop costs those who are still there: how long the answers take that come while a service
 * stops, beside those of the second before. The clients stay until they are told to leave.
 */
final class StoppingMeasure implements Measure {

  private static final int STOPS = 10;
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration SETTLING = Duration.ofMillis(500);
  private static final Duration BEFORE = Duration.ofSeconds(1);
  private static final Duration AFTERWARDS = Duration.ofSeconds(10);
  private static final double LOAD = 0.5;

  private final AnswerTimes before = new AnswerTimes();
  private final AnswerTimes during = new AnswerTimes();
  private int lost;

  @Override
  public List<Row> rows() throws Exception {
    Path conf = Path.of("target", "bench", "stopping.json");
    Files.createDirectories(conf.getParent());
    Files.writeString(
        conf,
        new JsonObject()
            .put("http", new JsonObject().put("host", "127.0.0.1").put("port", 0))
            .encode());
    for (int stop = 0; stop < STOPS; stop++) {
      stop(conf);
    }
    return List.of(
        new Row(
            "latency, p99, of the %s requests answered while a service stops %s times, 64 connections, half of what it can; lost"
                .formatted(during.count(), STOPS),
            Figures.of(during.millis(99), "ms") + "; " + lost,
            "in the second before",
            Figures.of(before.millis(99), "ms"),
            "report",
            null));
  }

  private void stop(Path conf) throws Exception {
    String options = new JsonObject().put("eventLoopPoolSize", 1).encode();
    try (ServerProcess service =
        ServerProcess.start(StoppingService.class, "-conf", conf.toString(), "-options", options)) {
      double load;
      try (ClosedLoop clients = Workload.ROUTE.clients(service)) {
        clients.run(WARM_UP);
        load = LOAD * clients.run(BEFORE).perSecond();
      }
      try (OpenLoop clients =
          new OpenLoop(service.port(), Http1Request.get(BenchRoutes.HELLO), load)) {
        CompletableFuture<Long> signal = new CompletableFuture<>();
        CompletableFuture.delayedExecutor(SETTLING.plus(BEFORE).toNanos(), TimeUnit.NANOSECONDS)
            .execute(
                () -> {
                  signal.complete(System.nanoTime());
                  service.terminate();
                });
        AnswerTimes times = clients.run(SETTLING.plus(BEFORE).plus(AFTERWARDS));
        long stopped = signal.join();
        before.addAll(times, stopped - BEFORE.toNanos(), stopped);
        during.addAll(times, stopped, System.nanoTime());
        lost += clients.count(PacedClient.State.LOST);
      }
      service.awaitEnd();
    }
  }
}
