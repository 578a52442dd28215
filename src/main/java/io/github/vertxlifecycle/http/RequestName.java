package io.github.vertxlifecycle.http;

import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * What a request is called in a report: its method and the pattern of its route, once it has one.
 */
final class RequestName {

  private final String method;
  private final String target;
  private final @Nullable RoutingContext routing;

  /** Of a request that has no route yet. */
  RequestName(String method, String target) {
    this(method, target, null);
  }

  RequestName(String method, String target, @Nullable RoutingContext routing) {
    this.method = method;
    this.target = target;
    this.routing = routing;
  }

  @Override
  public String toString() {
    RoutingContext context = routing;
    Route route = context == null ? null : context.currentRoute();
    String pattern = route == null ? null : route.getPath();
    return method + " " + (pattern == null ? path() : pattern);
  }

  /** Without the query, which may hold what should not be in a log. */
  private String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
