package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.launcher.Lifecycle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;

/** A service that stops as services do, on a signal to its launcher. Prints its port. */
public final class StoppingService extends RootVerticle {

  /**
   * Serves until SIGTERM.
   *
   * @param arguments the launcher's
   */
  public static void main(String[] arguments) {
    Lifecycle.run(StoppingService::new, arguments);
  }

  @Override
  protected void components(Components app) {
    app.add("http", StoppingHttp::new);
  }

  private static final class StoppingHttp extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      BenchRoutes.http(router);
    }

    @Override
    protected Future<?> onListening() {
      System.out.println(port());
      return Future.succeededFuture();
    }
  }
}
