package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.HttpConnections;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/**
 * An answer without a body that refuses a request and, on HTTP/1.x, ends its connection.
 *
 * @param status the status code
 */
record ErrorResponse(int status) {

  /** On the request's own context; does nothing if an answer has begun. */
  void answer(HttpServerRequest request) {
    HttpConnections.onContext(request, this::refuse);
  }

  private void refuse(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (!response.headWritten() && !response.closed()) {
      if (request.version() != HttpVersion.HTTP_2) {
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      }
      response.setStatusCode(status).end();
    }
  }
}
