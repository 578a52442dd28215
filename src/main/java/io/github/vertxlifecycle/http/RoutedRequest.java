package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.Work;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A request that hears from the router which route it takes, and gives its work that name.
 *
 * <p>Vert.x wants to know the route for its metrics only, but takes a lock before it looks whether
 * there are any.
 */
final class RoutedRequest extends HttpServerRequestWrapper {

  private final RequestName name;

  private final boolean metrics;

  RoutedRequest(HttpServerRequestInternal request, Work work, boolean metrics) {
    super(request);
    this.metrics = metrics;
    name = new RequestName(request.method().name(), request.uri());
    work.rename(name);
  }

  @Override
  public HttpServerRequest routed(@Nullable String route) {
    name.routed(route);
    if (metrics) {
      super.routed(route);
    }
    return this;
  }
}
