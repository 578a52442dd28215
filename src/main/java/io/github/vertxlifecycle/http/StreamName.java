package io.github.vertxlifecycle.http;

import io.vertx.core.http.HttpServerRequest;

/**
 * The name of an HTTP/2 stream in a report: its request's, once Vert.x has handed that over.
 *
 * @param stream the stream
 * @param routes the names of routes
 */
record StreamName(OpenStream stream, RouteNames routes) {

  @Override
  public String toString() {
    HttpServerRequest request = stream.request;
    return request == null ? "HTTP/2 stream" : RequestName.of(request, routes).toString();
  }
}
