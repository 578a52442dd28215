package io.github.vertxlifecycle.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Numbers, written for a reader. */
final class Figures {

  private Figures() {}

  static double median(List<Double> values) {
    return median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The value that so many of a hundred do not exceed; between two of them, if need be. */
  static double percentile(double percent, double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double place = percent / 100 * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** The median of ratios, and the quartiles, which tell how far to trust it. */
  static String spread(double... ratios) {
    return String.format(
        Locale.ROOT,
        "%.3f (%.3f to %.3f)",
        median(ratios),
        percentile(25, ratios),
        percentile(75, ratios));
  }

  static String of(double value, String unit) {
    return number(value) + " " + unit;
  }

  static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String number(double value) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
