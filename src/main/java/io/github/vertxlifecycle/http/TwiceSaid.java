package io.github.vertxlifecycle.http;

import io.vertx.core.http.HttpServerOptions;
import java.util.Objects;

/**
 * Finds what both an application's {@link HttpServerOptions} and the configuration say, each
 * something else. One of the two would be ignored in silence.
 */
record TwiceSaid(HttpServerOptions said, String component) {

  private static final HttpServerOptions UNSAID = new HttpServerOptions();

  static void check(HttpServerOptions said, HttpOptions options, String component) {
    TwiceSaid twice = new TwiceSaid(said, component);
    ListenAddress address = options.address();
    HttpLimits limits = options.limits();
    if (options.tls() != null && said.getKeyCertOptions() != null) {
      throw twice.refused("keyCertOptions", "tls");
    }
    twice.check("host", said.getHost(), UNSAID.getHost(), address.host(), "host");
    twice.check("port", said.getPort(), UNSAID.getPort(), address.port(), "port");
    twice.check(
        "maxInitialLineLength",
        said.getMaxInitialLineLength(),
        UNSAID.getMaxInitialLineLength(),
        limits.requestLine(),
        "limits.requestLine");
    twice.check(
        "maxHeaderSize",
        said.getMaxHeaderSize(),
        UNSAID.getMaxHeaderSize(),
        limits.headers(),
        "limits.headers");
    twice.check(
        "initialSettings.maxHeaderListSize",
        said.getInitialSettings().getMaxHeaderListSize(),
        UNSAID.getInitialSettings().getMaxHeaderListSize(),
        (long) limits.headers(),
        "limits.headers");
  }

  private void check(String option, Object said, Object unsaid, Object configured, String key) {
    if (!Objects.equals(said, unsaid) && !Objects.equals(said, configured)) {
      throw refused(option, key);
    }
  }

  private IllegalArgumentException refused(String option, String key) {
    return new IllegalArgumentException(
        "serverOptions() sets %s, and %s.%s says the same thing; leave it to %s.%s, or remove that"
            .formatted(option, component, key, component, key));
  }
}
