package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The heap that a connection takes that is kept and idle, after one request. */
final class ConnectionHeapMeasure implements Measure {

  private static final int CONNECTIONS = 2_000;
  private static final int TURNS = 5;

  @Override
  public List<Row> rows() throws Exception {
    Comparison<Double> turns = new Comparison<>();
    try (ServerProcess ours = ServerProcess.start(ThroughputServer.class, ThroughputServer.OURS);
        ServerProcess bare = ServerProcess.start(ThroughputServer.class, ThroughputServer.BARE)) {
      bytes(ours); // loads classes, and makes what is kept for the next connections
      bytes(bare);
      turns.add(TURNS, () -> bytes(ours), () -> bytes(bare));
    }
    double more = Figures.median(turns.differences(Double::doubleValue));
    return List.of(
        new Row(
            "heap per idle keep-alive connection, of 2,000",
            "%s, %s more"
                .formatted(Figures.of(turns.ours(Double::doubleValue), "B"), Figures.of(more, "B")),
            "bare Vert.x",
            Figures.of(turns.theirs(Double::doubleValue), "B"),
            "report",
            null));
  }

  private static double bytes(ServerProcess server) throws IOException {
    Conversation.Opening opening =
        Http1Conversation.opening(server.port(), Http1Request.get(BenchRoutes.HELLO), 1);
    long before = server.heap();
    try (ClosedLoop clients = new ClosedLoop(CONNECTIONS, opening)) {
      clients.run(Duration.ZERO);
      return (double) (server.heap() - before) / CONNECTIONS;
    }
  }
}
