package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a request costs {@link ThroughputServer} on the toolkit and on bare Vert.x: processor time,
 * which holds still when others use the machine, beside requests per second, and bytes. Several
 * pairs of servers are measured, because each JVM compiles differently.
 */
final class ThroughputMeasure implements Measure {

  private static final int PAIRS = 4;
  private static final int TURNS = 6;
  private static final Duration TURN = Duration.ofMillis(500);
  private static final int WARM_UP_TURNS = 6;
  private static final double MOST_BYTES = 16;

  private final Map<Workload, Comparison<Turn>> turns = new EnumMap<>(Workload.class);

  @Override
  public List<Row> rows() throws Exception {
    Vertx vertx = Vertx.vertx();
    EmbeddedPostgresVerticle postgres = new EmbeddedPostgresVerticle();
    vertx
        .deployVerticle(postgres)
        .toCompletionStage()
        .toCompletableFuture()
        .get(2, TimeUnit.MINUTES);
    String uri = postgres.uri().toString();
    try {
      for (int pair = 0; pair < PAIRS; pair++) {
        try (ServerProcess ours =
                ServerProcess.start(ThroughputServer.class, ThroughputServer.OURS, uri);
            ServerProcess bare =
                ServerProcess.start(ThroughputServer.class, ThroughputServer.BARE, uri)) {
          for (Workload workload : Workload.values()) {
            measure(workload, ours, bare);
          }
        }
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }
    List<Row> rows = new ArrayList<>();
    turns.forEach((workload, measured) -> rows.add(workload.row(measured)));
    rows.add(allocation(turns.get(Workload.ROUTE)));
    return rows;
  }

  private void measure(Workload workload, ServerProcess ours, ServerProcess bare) throws Exception {
    try (ClosedLoop onOurs = workload.clients(ours);
        ClosedLoop onBare = workload.clients(bare)) {
      Comparison.Side<Turn> our = () -> Turn.of(ours, onOurs, TURN);
      Comparison.Side<Turn> their = () -> Turn.of(bare, onBare, TURN);
      new Comparison<Turn>().add(WARM_UP_TURNS, our, their);
      turns.computeIfAbsent(workload, first -> new Comparison<>()).add(TURNS, our, their);
    }
  }

  private static Row allocation(Comparison<Turn> measured) {
    double[] more = measured.differences(Turn::bytes);
    double bytes = Figures.median(more);
    return new Row(
        "bytes allocated per request, hello by a route, HTTP/1.1",
        "%s, %s more"
            .formatted(Figures.of(measured.ours(Turn::bytes), "B"), Figures.of(bytes, "B")),
        "the same handler on bare Vert.x",
        Figures.of(measured.theirs(Turn::bytes), "B"),
        "≤ 16 B more",
        bytes <= MOST_BYTES);
  }
}
