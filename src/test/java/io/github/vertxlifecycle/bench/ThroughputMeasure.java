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
 * Requests per second of {@link Server} on the toolkit and on bare Vert.x. Both run all the time
 * and are asked in turn, so that whatever else the machine does falls on both; the ratio is the
 * median of the turns'.
 */
final class ThroughputMeasure implements Measure {

  private static final double LEAST = 0.98;
  private static final int CONNECTIONS = 64;
  private static final int WARM_UP = 4;
  private static final int TURNS = 15;
  private static final Duration TURN = Duration.ofSeconds(1);

  @Override
  public List<Row> rows() throws Exception {
    Vertx vertx = Vertx.vertx();
    EmbeddedPostgresVerticle postgres = new EmbeddedPostgresVerticle();
    vertx
        .deployVerticle(postgres)
        .toCompletionStage()
        .toCompletableFuture()
        .get(2, TimeUnit.MINUTES);
    List<Row> rows = new ArrayList<>();
    try (Running ours = new Running("ours", postgres.uri().toString());
        Running bare = new Running("bare", postgres.uri().toString())) {
      rows.add(row("hello", "/hello", ours, bare));
      rows.add(row("one PostgreSQL read", "/read", ours, bare));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }
    return rows;
  }

  private static Row row(String what, String path, Running ours, Running bare) throws IOException {
    Load onOurs = new Load(ours.port, path, CONNECTIONS);
    Load onBare = new Load(bare.port, path, CONNECTIONS);
    List<Double> ourRates = new ArrayList<>();
    List<Double> bareRates = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int turn = 0; turn < WARM_UP + TURNS; turn++) {
      boolean oursFirst = turn % 2 == 0;
      double first = (oursFirst ? onOurs : onBare).run(TURN);
      double second = (oursFirst ? onBare : onOurs).run(TURN);
      if (turn >= WARM_UP) {
        ourRates.add(oursFirst ? first : second);
        bareRates.add(oursFirst ? second : first);
        ratios.add(oursFirst ? first / second : second / first);
      }
    }
    double ratio = Figures.median(ratios);
    return new Row(
        "requests per second, " + what + ", 64 connections",
        Figures.of(Figures.median(ourRates), "/s") + ", ratio " + Figures.ratio(ratio),
        "the same handler on bare Vert.x",
        Figures.of(Figures.median(bareRates), "/s"),
        "≥ 0.98",
        ratio >= LEAST);
  }

  private static final class Running implements AutoCloseable {
    private final Process process;
    private final int port;

    Running(String side, String uri) throws IOException {
      process =
          new ProcessBuilder(Fork.command(List.of(), Server.class, side, uri))
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
