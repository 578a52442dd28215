package io.github.vertxlifecycle.vertx;

import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.impl.RouteImpl;
import org.jspecify.annotations.Nullable;

/** Which router is mounted on a route of another one. */
public final class SubRouters {

  private SubRouters() {}

  /**
   * The router that a route hands its requests on to.
   *
   * @param route any route
   * @return null if it has handlers of its own
   */
  public static @Nullable Router of(Route route) {
    return route instanceof RouteImpl own ? own.getSubRouter() : null;
  }
}
