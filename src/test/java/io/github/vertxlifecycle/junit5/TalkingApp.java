package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;

/** An application with a server that answers or hangs, and a component below it. */
public final class TalkingApp extends RootVerticle {

  /** More than two systems keep for a client that does not read. */
  private static final int BIG = 16 * 1024 * 1024;

  @Override
  protected void components(Components app) {
    app.add("store", Store::new);
    app.add("http", Talking::new).dependsOn("store");
  }

  private static final class Store extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      System.err.println("GREETING is " + System.getenv("GREETING"));
      return Future.succeededFuture();
    }
  }

  private static final class Talking extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      router.get("/hello").handler(context -> context.response().end("hello"));
      router
          .post("/hello")
          .handler(
              context ->
                  context
                      .request()
                      .body()
                      .onSuccess(body -> context.response().end("hello to you")));
      router.get("/big").handler(context -> context.response().end("x".repeat(BIG)));
      router.post("/hang").handler(context -> System.out.println("hangs"));
    }
  }
}
