package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.lifecycle.Section;
import java.time.Duration;

/**
 * The section of an {@link HttpVerticle}.
 *
 * @param host the address to listen on
 * @param port the port; 0 for any free one
 * @param linger how long connections that are idle when the server begins to turn its clients away
 *     stay open, so that a request already on its way is answered
 */
record HttpOptions(String host, int port, Duration linger) {

  static final HttpOptions DEFAULT = new HttpOptions("0.0.0.0", 8080, Duration.ofSeconds(1));

  static HttpOptions of(Section section) {
    return new HttpOptions(
        section.string("host", DEFAULT.host),
        section.integer("port", DEFAULT.port, 0, 65_535),
        section.duration("linger", DEFAULT.linger));
  }

  String address() {
    return host + ":" + port;
  }
}
