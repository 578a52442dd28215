package io.github.vertxlifecycle.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Measures what clients see of a stop, side by side with bare Vert.x; {@code make drain} runs it.
 * Every service is a process of its own, and stopped by SIGTERM at a random moment.
 *
 * <p>Arguments: {@code stops} under load per protocol (20), {@code runs} per duration (10), {@code
 * seed} (random, printed), {@code protocol} (all, or the beginning of some: {@code "1 "} for those
 * with a connection per request).
 */
public final class DrainBenchmark {

  private static final Path DIRECTORY = Path.of("target", "drain");
  private static final int HTTP1_CLIENTS = 64;
  private static final int HTTP2_CONNECTIONS = 16;
  private static final int HTTP2_STREAMS = 8;

  /** A connection for each request. */
  private static final String CONNECTING_GET = "1 GET each";

  private static final String CONNECTING_POST = "1 POST each";
  private static final int CONNECTING_CLIENTS = 40;
  private static final int CONNECTING_BODY = 2_000;

  private static final long PATIENCE_SECONDS = 120;
  private static final int LONGEST_LOAD_MILLIS = 500;
  private static final int SETTLING_MILLIS = 2_000; // the stop is warmed up by then
  private static final double BAR = 1.2;

  /** What the clients of all stops of one kind counted. */
  private record LoadFigures(
      String service,
      String protocol,
      int stops,
      long answered,
      long lost,
      long shed,
      String exits) {}

  /**
   * How long something took.
   *
   * @param what it was
   * @param ours milliseconds, the median
   * @param bare the same on bare Vert.x
   * @param ratio the median of the ratios of two runs side by side
   */
  public record StopDuration(String what, double ours, double bare, double ratio) {}

  private final int stops;
  private final int runs;
  private final Random random;
  private final long seed;
  private final String only;
  private final JsonObject tls;

  private DrainBenchmark(int stops, int runs, long seed, String only) throws Exception {
    this.stops = stops;
    this.runs = runs;
    this.seed = seed;
    this.only = only;
    this.random = new Random(seed);
    Files.createDirectories(DIRECTORY);
    Path directory = DIRECTORY.toAbsolutePath();
    Certificates.make(directory, "drain");
    this.tls =
        new JsonObject()
            .put("cert", directory.resolve("cert.pem").toString())
            .put("key", directory.resolve("key.pem").toString());
  }

  /**
   * Runs it.
   *
   * @param args see above
   * @throws Exception if a service does not start or stop
   */
  public static void main(String[] args) throws Exception {
    new DrainBenchmark(
            args.length > 0 ? Integer.parseInt(args[0]) : 20,
            args.length > 1 ? Integer.parseInt(args[1]) : 10,
            args.length > 2 ? Long.parseLong(args[2]) : new Random().nextLong(),
            args.length > 3 ? args[3] : "")
        .run();
  }

  /**
   * The durations alone.
   *
   * @param runs of each service
   * @return how long the process takes to end after SIGTERM when it has nothing to do, and after
   *     the last answer when it has
   */
  public static List<StopDuration> durations(int runs) throws Exception {
    DrainBenchmark benchmark = new DrainBenchmark(0, runs, new Random().nextLong(), "");
    return List.of(benchmark.idleStop(), benchmark.tail());
  }

  private void run() throws Exception {
    System.out.printf("seed %d, %d stops under load, %d runs per duration%n%n", seed, stops, runs);
    List<LoadFigures> loads = new ArrayList<>();
    load(
        loads,
        List.of(DrainProcess.Kind.OURS, DrainProcess.Kind.BARE),
        List.of("HTTP/1.1", "HTTP/1.1 TLS", "HTTP/2", "HTTP/2 TLS"));
    load(
        loads,
        List.of(DrainProcess.Kind.values()),
        List.of(CONNECTING_GET, CONNECTING_POST, CONNECTING_GET + " TLS"));
    List<StopDuration> durations = runs == 0 ? List.of() : List.of(idleStop(), tail());
    report(loads, durations);
  }

  // ── load ───────────────────────────────────────────────────────────────────────────────────────

  private void load(List<LoadFigures> loads, List<DrainProcess.Kind> kinds, List<String> protocols)
      throws Exception {
    for (DrainProcess.Kind kind : kinds) {
      for (String protocol : protocols) {
        if (protocol.startsWith(only)) {
          LoadFigures load = load(kind, protocol);
          System.out.println(row(load));
          loads.add(load);
        }
      }
    }
  }

  private LoadFigures load(DrainProcess.Kind kind, String protocol) throws Exception {
    long answered = 0;
    long lost = 0;
    long shed = 0;
    List<Integer> exits = new ArrayList<>();
    for (int stop = 0; stop < stops; stop++) {
      boolean secure = protocol.endsWith("TLS");
      try (DrainProcess process = new DrainProcess(kind, DIRECTORY, secure ? tls : null);
          BusyClients clients = clients(protocol, process.port(), secure)) {
        if (!clients.awaitBusy(PATIENCE_SECONDS)) {
          throw new IllegalStateException(
              "not all clients get answers: %d answered, %d lost"
                  .formatted(clients.answered.get(), clients.lost.get()));
        }
        Thread.sleep(random.nextInt(LONGEST_LOAD_MILLIS));
        process.terminate();
        process.awaitExit();
        clients.awaitGone(PATIENCE_SECONDS);
        answered += clients.answered.get();
        lost += clients.lost.get();
        shed += clients.shed.get();
        exits.add(process.exitCode());
      }
    }
    String codes =
        String.join(" ", exits.stream().distinct().sorted().map(String::valueOf).toList());
    return new LoadFigures(kind.title, protocol, stops, answered, lost, shed, codes);
  }

  private static BusyClients clients(String protocol, int port, boolean secure) {
    if (protocol.startsWith(CONNECTING_GET)) {
      return new BusyConnecting(
          CONNECTING_CLIENTS, port, secure, HttpClientConnection.get("/work"));
    }
    if (protocol.startsWith(CONNECTING_POST)) {
      return new BusyConnecting(
          CONNECTING_CLIENTS,
          port,
          secure,
          HttpClientConnection.post("/work", "x".repeat(CONNECTING_BODY)));
    }
    return protocol.startsWith("HTTP/2")
        ? new BusyHttp2(HTTP2_CONNECTIONS, HTTP2_STREAMS, port, secure, "/work")
        : new BusyHttp1(HTTP1_CLIENTS, port, secure, "/work");
  }

  // ── durations ──────────────────────────────────────────────────────────────────────────────────

  private interface Measurement {
    double millis(DrainProcess process) throws Exception;
  }

  private StopDuration idleStop() throws Exception {
    return sideBySide("idle stop", process -> (-process.terminate() + process.awaitExit()) / 1e6);
  }

  private StopDuration tail() throws Exception {
    return sideBySide(
        "tail",
        process -> {
          try (HttpClientConnection client = new HttpClientConnection(process.port())) {
            client.send(HttpClientConnection.get("/slow"));
            Thread.sleep(200 + random.nextInt(LONGEST_LOAD_MILLIS));
            process.terminate();
            client.read();
            long answered = System.nanoTime();
            client.leave();
            return (process.awaitExit() - answered) / 1e6;
          }
        });
  }

  /** In turns, so that a noisy moment of the machine meets both. */
  private StopDuration sideBySide(String what, Measurement measurement) throws Exception {
    double[] ours = new double[runs];
    double[] bare = new double[runs];
    double[] ratios = new double[runs];
    for (int run = 0; run < runs; run++) {
      ours[run] = measure(DrainProcess.Kind.OURS, measurement);
      bare[run] = measure(DrainProcess.Kind.BARE, measurement);
      ratios[run] = ours[run] / bare[run];
    }
    StopDuration duration = new StopDuration(what, median(ours), median(bare), median(ratios));
    System.out.println(row(duration));
    return duration;
  }

  private static double measure(DrainProcess.Kind kind, Measurement measurement) throws Exception {
    try (DrainProcess process = new DrainProcess(kind, DIRECTORY, null)) {
      try (HttpClientConnection client = new HttpClientConnection(process.port())) {
        client.request("/work"); // it has served, as every server has that is stopped
      }
      Thread.sleep(SETTLING_MILLIS);
      return measurement.millis(process);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  // ── report ─────────────────────────────────────────────────────────────────────────────────────

  private static String row(LoadFigures load) {
    return "| %-15s | %-14s | %2d stops | %7d answered | %4d lost | %4d shed | exit %s |"
        .formatted(
            load.service,
            load.protocol,
            load.stops,
            load.answered,
            load.lost,
            load.shed,
            load.exits);
  }

  private static String row(StopDuration duration) {
    return "| %-9s | ours %6.0f ms | bare %6.0f ms | ratio %.2f | bar %.1f |"
        .formatted(duration.what, duration.ours, duration.bare, duration.ratio(), BAR);
  }

  private void report(List<LoadFigures> loads, List<StopDuration> durations) throws Exception {
    StringBuilder table = new StringBuilder();
    table.append("Seed %d, medians of %d runs per duration.%n%n".formatted(seed, runs));
    table.append("| service | protocol | stops | answered | lost | shed | exit codes |\n");
    table.append("|---|---|---|---|---|---|---|\n");
    JsonArray counted = new JsonArray();
    for (LoadFigures load : loads) {
      table.append(
          "| %s | %s | %d | %d | %d | %d | %s |%n"
              .formatted(
                  load.service,
                  load.protocol,
                  load.stops,
                  load.answered,
                  load.lost,
                  load.shed,
                  load.exits));
      counted.add(
          new JsonObject()
              .put("service", load.service)
              .put("protocol", load.protocol)
              .put("stops", load.stops)
              .put("answered", load.answered)
              .put("lost", load.lost)
              .put("shed", load.shed)
              .put("exitCodes", load.exits));
    }
    table.append("\n| duration | vertx-lifecycle | bare Vert.x | ratio |\n|---|---|---|---|\n");
    JsonArray measured = new JsonArray();
    for (StopDuration duration : durations) {
      table.append(
          "| %s | %.0f ms | %.0f ms | %.2f |%n"
              .formatted(duration.what, duration.ours, duration.bare, duration.ratio()));
      measured.add(
          new JsonObject()
              .put("what", duration.what)
              .put("oursMillis", duration.ours)
              .put("bareMillis", duration.bare)
              .put("ratio", duration.ratio()));
    }
    Files.writeString(DIRECTORY.resolve("drain.md"), table);
    Files.writeString(
        DIRECTORY.resolve("drain.json"),
        new JsonObject()
            .put("seed", seed)
            .put("loads", counted)
            .put("durations", measured)
            .encodePrettily());
    System.out.printf("%n%s%n", table);
  }
}
