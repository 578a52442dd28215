package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * What a server did in one turn of its clients.
 *
 * @param answers the requests that came and were answered
 * @param seconds the time that it took
 * @param processorNanos user and system, of the server's process
 * @param allocated bytes, of the server's threads
 */
record Turn(long answers, double seconds, long processorNanos, long allocated) {

  static Turn of(ServerProcess server, ClosedLoop clients, Duration time) throws IOException {
    long allocated = server.allocated();
    long processor = server.processorNanos();
    ClosedLoop.Answered result = clients.run(time);
    processor = server.processorNanos() - processor;
    allocated = server.allocated() - allocated;
    return new Turn(result.answers(), result.seconds(), processor, allocated);
  }

  double perSecond() {
    return answers / seconds;
  }

  /** Processor time per request. */
  double micros() {
    return processorNanos / 1e3 / answers;
  }

  /** Allocated per request. */
  double bytes() {
    return (double) allocated / answers;
  }
}
