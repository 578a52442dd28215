package io.github.vertxlifecycle.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param measure what was measured
 * @param ours the toolkit's figure
 * @param beside what the toolkit is compared with
 * @param theirs the figure of that
 * @param bar the figure to be reached
 * @param held whether the bar was reached; null where it only asks for a report
 */
record Row(
    String measure, String ours, String beside, String theirs, String bar, @Nullable Boolean held) {

  String verdict() {
    return held == null ? "" : held ? "held" : "MISSED";
  }
}
