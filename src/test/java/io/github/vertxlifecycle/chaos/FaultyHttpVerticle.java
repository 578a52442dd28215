package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Handlers that misbehave on request. */
final class FaultyHttpVerticle extends HttpVerticle {

  @Override
  protected void routes(Router router) {
    router.get("/hang").handler(context -> {});
    router
        .get("/throw")
        .handler(
            context -> {
              throw new IllegalStateException("as asked");
            });
    router.get("/block/:millis").handler(FaultyHttpVerticle::block);
  }

  @SuppressWarnings("ThreadSleep") // blocking an event loop is the purpose
  private static void block(RoutingContext context) {
    try {
      Thread.sleep(Long.parseLong(context.pathParam("millis")));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    context.response().end();
  }
}
