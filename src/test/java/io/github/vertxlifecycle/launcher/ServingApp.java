package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.ext.web.Router;

/** An application with a server and a component below it. */
final class ServingApp extends RootVerticle {

  @Override
  protected void components(Components app) {
    app.add("below", PlainVerticle::new);
    app.add("http", Serving::new).dependsOn("below");
  }

  private static final class Serving extends HttpVerticle {
    @Override
    protected void routes(Router router) {}
  }
}
