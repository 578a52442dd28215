package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.config.Section;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;

/**
 * The limits of what a client may ask of the server. Zero means no limit, but for the request line
 * and the headers.
 *
 * @param requestLine bytes; beyond it 414
 * @param headers bytes; beyond them 431
 * @param body bytes; beyond them 413
 * @param connections how many may be open, over all instances on the address; beyond them 503
 * @param headTimeout from the first byte of a request to the end of its headers; then 408
 * @param readTimeout without a byte of a body that is awaited; then 408
 * @param requestTimeout from the last byte of a request that has come to the head of its answer;
 *     then 503
 * @param writeTimeout while something waits for the client and it takes nothing; then the
 *     connection closes, or the HTTP/2 stream is reset
 * @param idleTimeout without a request; then the connection closes
 */
record HttpLimits(
    int requestLine,
    int headers,
    int body,
    int connections,
    Duration headTimeout,
    Duration readTimeout,
    Duration requestTimeout,
    Duration writeTimeout,
    Duration idleTimeout) {

  private static final int MIB = 1 << 20;

  static final HttpLimits DEFAULT =
      new HttpLimits(
          8 << 10,
          16 << 10,
          10 * MIB,
          10_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60), // what proxies wait for by default
          Duration.ofSeconds(60),
          Duration.ofSeconds(75));

  static HttpLimits of(Section section) {
    HttpLimits limits =
        new HttpLimits(
            section.integer("requestLine", DEFAULT.requestLine, 64, MIB),
            section.integer("headers", DEFAULT.headers, 64, MIB),
            section.integer("body", DEFAULT.body, 0, Integer.MAX_VALUE),
            section.integer("connections", DEFAULT.connections, 0, Integer.MAX_VALUE),
            section.duration("headTimeout", DEFAULT.headTimeout),
            section.duration("readTimeout", DEFAULT.readTimeout),
            section.duration("requestTimeout", DEFAULT.requestTimeout),
            section.duration("writeTimeout", DEFAULT.writeTimeout),
            section.duration("idleTimeout", DEFAULT.idleTimeout));
    section.rejectOthers();
    return limits;
  }

  void applyTo(HttpServerOptions options) {
    options.setMaxInitialLineLength(requestLine).setMaxHeaderSize(headers);
    options.getInitialSettings().setMaxHeaderListSize(headers);
  }

  /** Whether so many bytes are too many for a body. */
  boolean forbidsBody(long bytes) {
    return body > 0 && bytes > body;
  }
}
