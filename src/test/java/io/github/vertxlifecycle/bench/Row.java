package io.github.vertxlifecycle.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param measure what was measured
 * @param ours how we did
 * @param beside what that is compared with
 * @param theirs how it did
 * @param bar what was to be reached
 * @param held whether it was; null where the bar only asks for a report
 */
record Row(
    String measure, String ours, String beside, String theirs, String bar, @Nullable Boolean held) {

  String verdict() {
    return held == null ? "" : held ? "held" : "MISSED";
  }
}
