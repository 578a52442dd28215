package io.github.vertxlifecycle.http;

import io.vertx.core.http.HttpServerRequest;

/** The name of a request in a report: its method and its route, or its path if it has none. */
final class RequestName {

  private final String method;
  private final String target;
  private final RouteNames routes;

  RequestName(String method, String target, RouteNames routes) {
    this.method = method;
    this.target = target;
    this.routes = routes;
  }

  static RequestName of(HttpServerRequest request, RouteNames routes) {
    return new RequestName(request.method().name(), request.uri(), routes);
  }

  @Override
  public String toString() {
    String route = routes.find(method, path());
    return method + " " + (route == null ? path() : route);
  }

  /** Without the query, which may hold what should not be in a log. */
  private String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
