package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.config.Section;
import java.time.Duration;

/**
 * The section {@code management}.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 takes any free one
 * @param checkEvery how long the answer of a health check is good for
 * @param checkTimeout how long a health check may take
 */
record ManagementOptions(String host, int port, Duration checkEvery, Duration checkTimeout) {

  static final ManagementOptions DEFAULT =
      new ManagementOptions("127.0.0.1", 9000, Duration.ofSeconds(5), Duration.ofSeconds(1));

  static final ManagementOptions ELSEWHERE =
      new ManagementOptions("127.0.0.1", 0, DEFAULT.checkEvery, DEFAULT.checkTimeout);

  static ManagementOptions of(Section section) {
    Duration timeout = section.duration("checkTimeout", DEFAULT.checkTimeout);
    if (timeout.toMillis() == 0) {
      section.problem("checkTimeout", "must be a millisecond or more");
    }
    return new ManagementOptions(
        section.string("host", DEFAULT.host),
        section.integer("port", DEFAULT.port, 0, 65_535),
        section.duration("checkEvery", DEFAULT.checkEvery),
        timeout);
  }
}
