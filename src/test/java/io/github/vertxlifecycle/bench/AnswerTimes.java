package io.github.vertxlifecycle.bench;

import java.util.Arrays;

/** How long answers took, and when they came. All are kept, so that percentiles are exact. */
final class AnswerTimes {

  private long[] latencies = new long[1 << 16];
  private long[] moments = new long[1 << 16];
  private int size;

  /**
   * Adds an answer.
   *
   * @param latency nanoseconds
   * @param moment when it came, by {@link System#nanoTime()}
   */
  void add(long latency, long moment) {
    if (size == latencies.length) {
      latencies = Arrays.copyOf(latencies, 2 * size);
      moments = Arrays.copyOf(moments, 2 * size);
    }
    latencies[size] = latency;
    moments[size] = moment;
    size++;
  }

  /** Adds those of another that came between two moments, the later one excluded. */
  void addAll(AnswerTimes other, long from, long until) {
    for (int i = 0; i < other.size; i++) {
      if (other.moments[i] - from >= 0 && other.moments[i] - until < 0) {
        add(other.latencies[i], other.moments[i]);
      }
    }
  }

  int count() {
    return size;
  }

  /** The milliseconds that so many of a hundred did not exceed, each of them a real one. */
  double millis(double percent) {
    long[] sorted = Arrays.copyOf(latencies, size);
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(percent / 100 * size) - 1)] / 1e6;
  }
}
