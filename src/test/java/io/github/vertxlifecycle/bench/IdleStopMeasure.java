package io.github.vertxlifecycle.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The cost of the stop of one more idle component, in time and in memory. */
final class IdleStopMeasure implements Measure {

  private static final double MOST_BYTES = 2_500;

  /**
   * The time per component, of all components against a quarter of them: 1 is linear, 4 would be
   * quadratic.
   */
  private static final double MOST_GROWTH = 1.5;

  private static final int COLD_RUNS = 5;

  @Override
  public List<Row> rows() throws Exception {
    List<Row> rows = new ArrayList<>();
    rows.add(warm("a chain of 1,000", 1_000, 1, 20));
    rows.add(warm("100 layers, 10,000", 10_000, 100, 15));
    rows.add(cold("a chain of 1,000", 1_000, 1));
    rows.add(cold("100 layers, 10,000", 10_000, 100));
    Map<String, Double> heap = run(10_000, 100, "heap");
    rows.add(
        new Row(
            "heap per idle component",
            Figures.of(heap.get("bytes"), "B"),
            "a bare verticle",
            Figures.of(heap.get("bare.bytes"), "B"),
            "≤ 2,500 B",
            heap.get("bytes") <= MOST_BYTES));
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

  private static Row warm(String shape, int count, int width, int most) throws Exception {
    Map<String, Double> quarter = run(count / 4, width, "warm");
    Map<String, Double> all = run(count, width, "warm");
    double growth = all.get("micros") / quarter.get("micros");
    return new Row(
        "stop of " + shape + " idle components, each, in a warm JVM",
        cost(all, "") + ", growth " + Figures.ratio(growth),
        "bare verticles undeployed in that order",
        cost(all, "bare."),
        "≤ " + most + " µs, linear",
        all.get("micros") <= most && growth <= MOST_GROWTH);
  }

  /** The only stop that a process has, as a rule. */
  private static Row cold(String shape, int count, int width) throws Exception {
    List<Map<String, Double>> ours = new ArrayList<>();
    List<Map<String, Double>> bare = new ArrayList<>();
    for (int i = 0; i < COLD_RUNS; i++) {
      ours.add(run(count, width, "cold"));
      bare.add(run(count, width, "bareCold"));
    }
    return new Row(
        "the first stop of " + shape + " idle components, each",
        cost(medians(ours), ""),
        "bare verticles undeployed in that order",
        cost(medians(bare), "bare."),
        "report",
        null);
  }

  private static Map<String, Double> medians(List<Map<String, Double>> runs) {
    Map<String, Double> medians = new HashMap<>();
    for (String figure : runs.get(0).keySet()) {
      medians.put(figure, Figures.median(runs.stream().map(run -> run.get(figure)).toList()));
    }
    return medians;
  }

  private static String cost(Map<String, Double> figures, String whose) {
    return "%s (%s of the processor)"
        .formatted(
            Figures.of(figures.get(whose + "micros"), "µs"),
            Figures.of(figures.get(whose + "processor"), "µs"));
  }

  private static Map<String, Double> run(int count, int width, String what) throws Exception {
    return Fork.run(
        List.of("-Xmx2g"), IdleStop.class, Integer.toString(count), Integer.toString(width), what);
  }
}
