package io.github.vertxlifecycle.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@link TrackerBenchmark} as rows: medians of all iterations of all forks. */
final class TrackerMeasure implements Measure {

  private static final double MOST_NANOS = 60;
  private static final double MOST_BYTES = 64;

  @Override
  public List<Row> rows() throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(TrackerBenchmark.class.getSimpleName())
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    List<Row> rows = new ArrayList<>();
    for (String inFlight : List.of("0", "64")) {
      RunResult ours = find(results, "tracker", inFlight);
      double nanos = median(ours);
      double bytes = ours.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
      rows.add(
          new Row(
              "track one unit of work, " + inFlight + " others in flight",
              Figures.of(nanos, "ns") + ", " + Figures.of(bytes, "B"),
              "LongAdder up and down; the clock alone",
              Figures.of(median(find(results, "bareCounter", inFlight)), "ns")
                  + "; "
                  + Figures.of(median(find(results, "clock", inFlight)), "ns"),
              "≤ 60 ns, ≤ 64 B",
              nanos <= MOST_NANOS && bytes <= MOST_BYTES));
    }
    return rows;
  }

  private static RunResult find(Collection<RunResult> results, String name, String inFlight) {
    return results.stream()
        .filter(one -> one.getParams().getBenchmark().endsWith("." + name))
        .filter(one -> one.getParams().getParam("inFlight").equals(inFlight))
        .findFirst()
        .orElseThrow();
  }

  private static double median(RunResult result) {
    List<Double> scores = new ArrayList<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        scores.add(iteration.getPrimaryResult().getScore());
      }
    }
    return Figures.median(scores);
  }
}
