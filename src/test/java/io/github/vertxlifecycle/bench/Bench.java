package io.github.vertxlifecycle.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs all measures, or the named ones, and writes one table. */
public final class Bench {

  private static final Path PLACE = Path.of("target", "bench");

  private Bench() {}

  private static Map<String, Measure> measures() {
    Map<String, Measure> measures = new LinkedHashMap<>();
    measures.put("tracker", new TrackerMeasure());
    measures.put("throughput", new ThroughputMeasure());
    measures.put("connections", new ConnectionHeapMeasure());
    measures.put("latency", new LatencyMeasure());
    measures.put("stopping", new StoppingMeasure());
    measures.put("soak", new SoakMeasure());
    measures.put("start", new StartMeasure());
    measures.put("idle", new IdleStopMeasure());
    measures.put("drain", new DrainTimesMeasure());
    measures.put("stop", new StopMeasure());
    return measures;
  }

  /**
   * Runs the measures.
   *
   * @param names the measures to run; none for all that do not ask to be named
   */
  public static void main(String[] names) throws Exception {
    Map<String, Measure> measures = measures();
    if (!measures.keySet().containsAll(List.of(names))) {
      System.err.println("there are " + measures.keySet());
      System.exit(2);
    }
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, Measure> one : measures.entrySet()) {
      boolean wanted =
          names.length == 0
              ? !one.getValue().onlyWhenNamed()
              : List.of(names).contains(one.getKey());
      if (wanted) {
        System.out.printf("measuring: %s%n", one.getKey());
        long began = System.nanoTime();
        rows.addAll(one.getValue().rows());
        System.out.printf("           took %d s%n", (System.nanoTime() - began) / 1_000_000_000);
      }
    }
    System.out.println();
    System.out.print(markdown(rows));
    write(rows);
  }

  private static void write(List<Row> rows) throws IOException {
    Files.createDirectories(PLACE);
    Files.writeString(PLACE.resolve("bench.md"), markdown(rows));
    Files.writeString(PLACE.resolve("bench.json"), json(rows).encodePrettily() + "\n");
    System.out.printf("%nwritten to %s%n", PLACE);
  }

  private static String machine() {
    Runtime.Version version = Runtime.version();
    return "%s, %d processors, %s, Java %s"
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name") + " " + System.getProperty("os.arch"),
            version);
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("a processor");
    } catch (IOException elsewhere) {
      return "a processor";
    }
  }

  private static String markdown(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    text.append("| measure | ours | beside | theirs | bar | |\n|---|---|---|---|---|---|\n");
    for (Row row : rows) {
      text.append(
          "| %s | %s | %s | %s | %s | %s |%n"
              .formatted(
                  row.measure(), row.ours(), row.beside(), row.theirs(), row.bar(), row.verdict()));
    }
    return text.append('\n').append(machine()).append('\n').toString();
  }

  private static JsonObject json(List<Row> rows) {
    JsonArray array = new JsonArray();
    for (Row row : rows) {
      array.add(
          new JsonObject()
              .put("measure", row.measure())
              .put("ours", row.ours())
              .put("beside", row.beside())
              .put("theirs", row.theirs())
              .put("bar", row.bar())
              .put("held", row.held()));
    }
    return new JsonObject()
        .put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .put("machine", machine())
        .put("rows", array);
  }
}
