package io.github.vertxlifecycle.rollout;

import java.time.Duration;
import java.util.Collection;

/**
 * What the clients of a proxy counted during restarts behind it.
 *
 * @param engine the proxy
 * @param service on what the service is built
 * @param restarts how many there were
 * @param answered requests that were answered with 200
 * @param failed requests that were answered otherwise, or not at all
 * @param failedPosts how many of those are POSTs
 * @param exitCodes of the processes that were stopped
 * @param details the load's own words
 */
record RolloutFigures(
    String engine,
    String service,
    Duration announceDelay,
    int restarts,
    int answered,
    int failed,
    int failedPosts,
    long slowestMillis,
    Collection<Integer> exitCodes,
    String details) {

  static final String HEAD =
      """
      | behind | service | announceDelay | restarts | answered | failed | of them POSTs | slowest | exit codes |
      |---|---|---|---|---|---|---|---|---|
      """;

  String row() {
    return "| %s | %s | %d ms | %d | %d | %d | %d | %d ms | %s |"
        .formatted(
            engine,
            service,
            announceDelay.toMillis(),
            restarts,
            answered,
            failed,
            failedPosts,
            slowestMillis,
            String.join(", ", exitCodes.stream().map(String::valueOf).toList()));
  }
}
