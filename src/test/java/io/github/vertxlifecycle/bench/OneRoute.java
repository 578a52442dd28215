package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** A service of one route, for each of the two launchers, with the same section {@code http}. */
final class OneRoute {

  private OneRoute() {}

  private static void route(Router router) {
    router.get("/").handler(context -> context.response().end("hello"));
  }

  /** For the toolkit's launcher. */
  static final class OnToolkit extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add("http", Server::new);
    }

    private static final class Server extends HttpVerticle {
      @Override
      protected void routes(Router router) {
        route(router);
      }
    }
  }

  /** For Vert.x's own launcher. */
  public static final class OnVertx extends VerticleBase {
    @Override
    public Future<?> start() {
      JsonObject http = config().getJsonObject("http");
      Router router = Router.router(vertx);
      route(router);
      return vertx
          .createHttpServer()
          .requestHandler(router)
          .listen(http.getInteger("port"), http.getString("host"));
    }
  }
}
