package io.github.vertxlifecycle.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The cost of the stop of one more idle component, in time and in memory. */
final class IdleStopMeasure implements Measure {

  private static final double MOST_MICROS = 50;

  /**
   * The time per component, of all components against a quarter of them: 1 is linear, 4 would be
   * quadratic.
   */
  private static final double MOST_GROWTH = 1.5;

  @Override
  public List<Row> rows() throws Exception {
    List<Row> rows = new ArrayList<>();
    rows.add(stop("a chain of 1,000", 1_000, 1));
    rows.add(stop("100 layers, 10,000", 10_000, 100));
    Map<String, Double> heap = Fork.run(List.of("-Xmx2g"), IdleStop.class, "10000", "100", "heap");
    rows.add(
        new Row(
            "heap per idle component",
            Figures.of(heap.get("bytes"), "B"),
            "a bare verticle",
            Figures.of(heap.get("bareBytes"), "B"),
            "report",
            null));
    Map<String, Double> work = Fork.run(List.of("-Xmx2g"), WorkHeap.class);
    rows.add(
        new Row(
            "heap per unit of work in flight",
            Figures.of(work.get("bytes"), "B"),
            "when all have ended",
            Figures.of(work.get("afterwards"), "B"),
            "report",
            null));
    return rows;
  }

  private static Row stop(String shape, int count, int width) throws Exception {
    Map<String, Double> quarter =
        Fork.run(IdleStop.class, Integer.toString(count / 4), Integer.toString(width));
    Map<String, Double> all =
        Fork.run(IdleStop.class, Integer.toString(count), Integer.toString(width));
    double micros = all.get("micros");
    double growth = micros / quarter.get("micros");
    return new Row(
        "stop of " + shape + " idle components, each",
        Figures.of(micros, "µs") + ", growth " + Figures.ratio(growth),
        "bare verticles undeployed at once, each",
        Figures.of(all.get("bareMicros"), "µs"),
        "≤ 50 µs, linear",
        micros <= MOST_MICROS && growth <= MOST_GROWTH);
  }
}
