package io.github.vertxlifecycle.http;

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
