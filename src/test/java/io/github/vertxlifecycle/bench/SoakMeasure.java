package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Requests of every kind for ten minutes, on new connections each second, and the heap before it,
 * after it, and when the timers of connections that have closed have run out, too. {@code
 * SOAK_SECONDS} in the environment tries it for less.
 */
final class SoakMeasure implements Measure {

  private static final Duration TIME = Duration.ofMinutes(10);
  private static final Duration TURN = Duration.ofSeconds(1);

  /** Longer than any timeout of a connection is by default. */
  private static final Duration SILENCE = Duration.ofSeconds(90);

  private static final List<Workload> WORKLOADS =
      List.of(Workload.ROUTE, Workload.PIPELINED, Workload.HTTP2, Workload.POST, Workload.PLAIN);

  @Override
  public boolean onlyWhenNamed() {
    return true;
  }

  @Override
  public List<Row> rows() throws Exception {
    Duration time =
        Optional.ofNullable(System.getenv("SOAK_SECONDS"))
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
            .orElse(TIME);
    try (ServerProcess ours = ServerProcess.start(ThroughputServer.class, ThroughputServer.OURS)) {
      round(ours); // loads classes, and makes what is kept
      long before = ours.heap();
      long began = System.nanoTime();
      long answers = 0;
      while (System.nanoTime() - began < time.toNanos()) {
        answers += round(ours);
      }
      long after = ours.heap();
      Thread.sleep(SILENCE.toMillis());
      long silent = ours.heap();
      return List.of(
          new Row(
              "heap after a soak of %s s, %s"
                  .formatted(
                      time.toSeconds(), Figures.of((double) answers, "requests of all kinds")),
              "%s, %s after %s s of silence"
                  .formatted(
                      Figures.of(after / 1e6, "MB"),
                      Figures.of(silent / 1e6, "MB"),
                      SILENCE.toSeconds()),
              "before it",
              Figures.of(before / 1e6, "MB"),
              "report",
              null));
    }
  }

  private static long round(ServerProcess server) throws IOException {
    long answers = 0;
    for (Workload workload : WORKLOADS) {
      try (ClosedLoop clients = workload.clients(server)) {
        answers += clients.run(TURN).answers();
      }
    }
    return answers;
  }
}
