package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.http.DrainBenchmark;
import java.util.List;

/** The time that the end of a process takes: with nothing to do, and after its last answer. */
final class StopMeasure implements Measure {

  private static final double MOST = 1.2;
  private static final int RUNS = 7;

  @Override
  public List<Row> rows() throws Exception {
    return DrainBenchmark.durations(RUNS).stream().map(StopMeasure::row).toList();
  }

  private static Row row(DrainBenchmark.StopDuration duration) {
    return new Row(
        duration.what() + " of an HTTP service, from SIGTERM or the last answer to the end",
        Figures.of(duration.ours(), "ms") + ", ratio " + Figures.ratio(duration.ratio()),
        "the same on Vert.x's launcher",
        Figures.of(duration.bare(), "ms"),
        "≤ 1.2",
        duration.ratio() <= MOST);
  }
}
