package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.Router;
import java.time.Duration;

/**
 * A service that is replaced: it says which process answers. Its component {@code last} starts once
 * the server listens, and fails or hangs where it is told to.
 */
final class HandoverApp extends RootVerticle {

  @Override
  protected void components(Components app) {
    app.add("http", Serving::new);
    app.add("last", Last::new).dependsOn("http");
  }

  private static final class Serving extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      String pid = Long.toString(ProcessHandle.current().pid());
      router.get("/pid").handler(context -> context.end(pid));
      router.get("/work").handler(context -> context.end("done"));
      router
          .post("/work")
          .handler(context -> context.request().body().onSuccess(body -> context.end("done")));
      router
          .get("/slow")
          .handler(
              context -> {
                System.out.println("slow request begun");
                vertx.setTimer(3_000, id -> context.end(pid));
              });
      router
          .get("/socket")
          .handler(
              context ->
                  webSocket(context, socket -> socket.writeTextMessage("farewell of " + pid))
                      .onSuccess(
                          socket ->
                              socket.textMessageHandler(text -> socket.writeTextMessage(pid))));
    }
  }

  private static final class Last extends LifecycleVerticle {
    private String start;
    private Duration delay;
    private final Promise<Void> abandoned = Promise.promise();

    @Override
    protected void configure(Section section) {
      start = section.string("start", "now");
      delay = section.duration("delay", Duration.ZERO);
    }

    @Override
    protected Future<?> onStart() {
      System.out.println("last one starts");
      return switch (start) {
        case "fail" -> Future.failedFuture("as it was told to");
        case "never" -> Promise.promise().future();
        default ->
            delay.isZero()
                ? Future.succeededFuture()
                : Future.any(vertx.timer(delay.toMillis()), abandoned.future());
      };
    }

    @Override
    protected void onStartAbandoned() {
      abandoned.complete();
    }
  }
}
