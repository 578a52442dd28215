package io.github.vertxlifecycle.http;

import org.jspecify.annotations.Nullable;

/**
 * What a request is called in a report: its method and its route, once it has one. Read on any
 * thread.
 */
final class RequestName {

  private final String method;
  private final String target;

  /** Racy on purpose: whoever looks too early sees the path, or the route before. */
  private @Nullable String route;

  RequestName(String method, String target) {
    this.method = method;
    this.target = target;
  }

  /**
   * The router has found a route.
   *
   * @param found its name or else its path; null for one that takes all paths
   */
  void routed(@Nullable String found) {
    if (found != null) {
      route = found;
    }
  }

  @Override
  public String toString() {
    String pattern = route;
    return method + " " + (pattern == null ? path() : pattern);
  }

  /** Without the query, which may hold what should not be in a log. */
  private String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
