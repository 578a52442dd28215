package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.ext.web.Router;

/** One server, to be run as a process. */
public final class AcmeApp extends RootVerticle {

  @Override
  protected void components(Components app) {
    app.add("http", HelloHttp::new).instances(2);
  }

  private static final class HelloHttp extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      router.get("/hello").handler(context -> context.end("hello"));
    }
  }
}
