package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Requests per second of {@link ThroughputServer} on the toolkit and on bare Vert.x. Both run all
 * the time and get requests in turn, so that other load of the machine falls on both; the ratio is
 * the median over the turns. Several pairs of servers are measured, because each JVM compiles
 * differently.
 */
final class ThroughputMeasure implements Measure {

  private static final double LEAST = 0.98;
  private static final int CONNECTIONS = 64;
  private static final int PAIRS = 3;
  private static final int WARM_UP = 8;
  private static final int TURNS = 16;
  private static final Duration TURN = Duration.ofMillis(500);

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
    Rates hello = new Rates();
    Rates read = new Rates();
    try {
      for (int pair = 0; pair < PAIRS; pair++) {
        try (Running ours = new Running("ours", uri);
            Running bare = new Running("bare", uri)) {
          hello.measure("/hello", ours, bare);
          read.measure("/read", ours, bare);
        }
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }
    return List.of(hello.row("hello"), read.row("one PostgreSQL read"));
  }

  /** The rates of all turns of all pairs of servers. */
  private static final class Rates {
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> bare = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();

    void measure(String path, Running ourServer, Running bareServer) throws IOException {
      KeepAliveLoad onOurs = new KeepAliveLoad(ourServer.port, path, CONNECTIONS);
      KeepAliveLoad onBare = new KeepAliveLoad(bareServer.port, path, CONNECTIONS);
      for (int turn = 0; turn < WARM_UP + TURNS; turn++) {
        boolean oursFirst = turn % 2 == 0;
        double first = (oursFirst ? onOurs : onBare).run(TURN);
        double second = (oursFirst ? onBare : onOurs).run(TURN);
        if (turn >= WARM_UP) {
          ours.add(oursFirst ? first : second);
          bare.add(oursFirst ? second : first);
          ratios.add(oursFirst ? first / second : second / first);
        }
      }
    }

    Row row(String what) {
      double ratio = Figures.median(ratios);
      return new Row(
          "requests per second, " + what + ", 64 connections",
          Figures.of(Figures.median(ours), "/s") + ", ratio " + Figures.ratio(ratio),
          "the same handler on bare Vert.x",
          Figures.of(Figures.median(bare), "/s"),
          "≥ 0.98",
          ratio >= LEAST);
    }
  }

  private static final class Running implements AutoCloseable {
    private final Process process;
    private final int port;

    Running(String side, String uri) throws IOException {
      process =
          new ProcessBuilder(Fork.command(List.of(), ThroughputServer.class, side, uri))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      String line = output.readLine();
      if (line == null) {
        throw new IOException("the " + side + " server did not start");
      }
      port = Integer.parseInt(line);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
