package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long answers take when as many requests come as make bare Vert.x busy for most of the time.
 * The clients count from when they meant to ask, so that a server that stalls is seen to.
 */
final class LatencyMeasure implements Measure {

  private static final int PAIRS = 3;
  private static final int TURNS = 4;
  private static final Duration TURN = Duration.ofSeconds(2);
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final double LOAD = 0.8;

  private final Comparison<AnswerTimes> turns = new Comparison<>();
  private final List<Double> loads = new ArrayList<>();

  @Override
  public List<Row> rows() throws Exception {
    for (int pair = 0; pair < PAIRS; pair++) {
      try (ServerProcess ours = ServerProcess.start(ThroughputServer.class, ThroughputServer.OURS);
          ServerProcess bare = ServerProcess.start(ThroughputServer.class, ThroughputServer.BARE)) {
        mostPerSecond(ours);
        double load = LOAD * mostPerSecond(bare);
        loads.add(load);
        turns.add(TURNS, () -> answers(ours, load), () -> answers(bare, load));
      }
    }
    return List.of(row("p50", 50), row("p99", 99), row("p99.9", 99.9));
  }

  private static double mostPerSecond(ServerProcess server) throws IOException {
    try (ClosedLoop clients = Workload.ROUTE.clients(server)) {
      clients.run(WARM_UP);
      return clients.run(TURN).perSecond();
    }
  }

  private static AnswerTimes answers(ServerProcess server, double perSecond) throws IOException {
    try (OpenLoop clients =
        new OpenLoop(server.port(), Http1Request.get(BenchRoutes.HELLO), perSecond)) {
      return clients.run(TURN);
    }
  }

  private Row row(String name, double percent) {
    return new Row(
        "latency, %s, hello by a route, HTTP/1.1, 64 connections at random times, 80 %% of what bare Vert.x can: %s"
            .formatted(name, Figures.of(Figures.median(loads), "/s")),
        Figures.of(turns.ours(times -> times.millis(percent)), "ms")
            + ", ratio "
            + Figures.spread(turns.ratios(times -> times.millis(percent))),
        "the same handler on bare Vert.x",
        Figures.of(turns.theirs(times -> times.millis(percent)), "ms"),
        "report",
        null);
  }
}
