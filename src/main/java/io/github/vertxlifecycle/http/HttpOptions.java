package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.config.Section;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The section of an {@link HttpVerticle}.
 *
 * @param address where to listen
 * @param linger how long connections that are idle when the server begins to turn its clients away
 *     stay open, so that a request already on its way is answered
 * @param limits what a client may ask
 * @param tls null for plain HTTP
 */
record HttpOptions(
    ListenAddress address, Duration linger, HttpLimits limits, @Nullable TlsOptions tls) {

  static final HttpOptions DEFAULT =
      new HttpOptions(ListenAddress.DEFAULT, Duration.ofSeconds(1), HttpLimits.DEFAULT, null);

  static HttpOptions of(Section section) {
    return new HttpOptions(
        ListenAddress.of(section),
        section.duration("linger", DEFAULT.linger),
        HttpLimits.of(section.section("limits")),
        TlsOptions.of(section));
  }

  /**
   * Adds what the section says.
   *
   * @param server what the subclass says
   * @param component names the section
   * @throws IllegalArgumentException if both say the same thing, and not the same of it
   */
  HttpServerOptions applyTo(HttpServerOptions server, String component) {
    TwiceSaid.check(server, this, component);
    limits.applyTo(server);
    if (tls != null) {
      tls.applyTo(server);
    }
    return server;
  }
}
