package io.github.vertxlifecycle.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.function.IntSupplier;

/**
 * Sends plain HTTP over to HTTPS: 308, which keeps the method and the body.
 *
 * @param port where HTTPS is; 0 while it is nowhere yet
 */
record HttpsRedirect(IntSupplier port) implements Handler<HttpServerRequest> {

  private static final int HTTPS = 443;

  @Override
  public void handle(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    if (authority == null) {
      new ErrorResponse(400).answer(request);
      return;
    }
    int there = port.getAsInt();
    if (there == 0) {
      new ErrorResponse(503).answer(request); // it waits for its certificate
      return;
    }
    request
        .response()
        .setStatusCode(308)
        .putHeader(
            HttpHeaders.LOCATION,
            "https://" + authority.host() + (there == HTTPS ? "" : ":" + there) + request.uri())
        .end();
  }
}
