package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Component;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.postgres.PostgresVerticle;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Pool;

/** The routes on the toolkit, with PostgreSQL if it is configured. */
final class ToolkitSide extends RootVerticle {

  private static final String POSTGRES = "postgres";
  private static final String HTTP = "http";
  private static final String PLAIN = "plain";

  static JsonObject config(Ports ports, String postgres) {
    JsonObject config =
        new JsonObject().put(HTTP, listen(ports.http())).put(PLAIN, listen(ports.plain()));
    return postgres.isEmpty()
        ? config
        : config.put(
            POSTGRES, new JsonObject().put("uri", postgres).put("poolSize", BareSide.POOL_SIZE));
  }

  private static JsonObject listen(int port) {
    return new JsonObject().put("host", "127.0.0.1").put("port", port);
  }

  @Override
  protected void components(Components app) {
    boolean reads = config().containsKey(POSTGRES);
    Component http = app.add(HTTP, () -> new RoutedHttp(reads));
    app.add(PLAIN, CatchAllHttp::new);
    if (reads) {
      http.dependsOn(app.add(POSTGRES, PostgresVerticle::new));
    }
  }

  private static final class RoutedHttp extends HttpVerticle {
    private final boolean reads;

    RoutedHttp(boolean reads) {
      this.reads = reads;
    }

    @Override
    protected void routes(Router router) {
      BenchRoutes.http(router);
      if (reads) {
        BenchRoutes.postgres(router, use(POSTGRES, Pool.class));
      }
    }
  }

  /** As near as one comes to a server without a router: a route that takes everything. */
  private static final class CatchAllHttp extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      router.route().handler(context -> BenchRoutes.hello(context.request()));
    }
  }
}
