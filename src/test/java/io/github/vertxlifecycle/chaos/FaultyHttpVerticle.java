package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handlers that misbehave on request. */
final class FaultyHttpVerticle extends HttpVerticle {

  private static final Logger log = LoggerFactory.getLogger(FaultyHttpVerticle.class);

  @Override
  protected void routes(Router router) {
    router.get("/hang").handler(context -> {});
    router
        .get("/throw")
        .handler(
            context -> {
              throw new IllegalStateException("as asked");
            });
    router.get("/chatter").handler(FaultyHttpVerticle::chatter);
    router.get("/block/:millis").handler(FaultyHttpVerticle::block);
  }

  /** Writes until nobody reads any more, and then waits with the lock of the log in its hand. */
  private static void chatter(RoutingContext context) {
    Thread thread =
        new Thread(
            () -> {
              while (!Thread.interrupted()) {
                log.info("{}", "blah ".repeat(1_000));
              }
            });
    thread.setDaemon(true);
    thread.start();
    context.response().end();
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
