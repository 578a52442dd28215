package io.github.vertxlifecycle.bench;

import java.util.List;
import java.util.Map;

/** The time that the order of a stop adds to the drains themselves. */
final class DrainTimesMeasure implements Measure {

  private static final double MOST = 1.02;

  @Override
  public List<Row> rows() throws Exception {
    Map<String, Double> figures = Fork.run(DrainTimes.class, "1");
    double ratio = figures.get("ratio");
    return List.of(
        new Row(
            "stop of random graphs with given drain times",
            Figures.ratio(ratio) + " (worst " + Figures.ratio(figures.get("worst")) + ")",
            "their longest chain",
            "1",
            "≤ 1.02",
            ratio <= MOST));
  }
}
