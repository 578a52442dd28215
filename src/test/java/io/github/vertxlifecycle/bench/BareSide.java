package io.github.vertxlifecycle.bench;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;

/** The routes on bare Vert.x, with PostgreSQL if there is a URI of it. */
final class BareSide extends VerticleBase {

  static final int POOL_SIZE = 16;

  private final Ports ports;
  private final String postgres;

  BareSide(Ports ports, String postgres) {
    this.ports = ports;
    this.postgres = postgres;
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    BenchRoutes.http(router);
    return connected(router)
        .compose(connected -> listen(ports.http(), router))
        .compose(listening -> listen(ports.plain(), BenchRoutes::hello));
  }

  private Future<?> connected(Router router) {
    if (postgres.isEmpty()) {
      return Future.succeededFuture();
    }
    Pool pool =
        PgBuilder.pool()
            .connectingTo(PgConnectOptions.fromUri(postgres))
            .with(new PoolOptions().setMaxSize(POOL_SIZE))
            .using(vertx)
            .build();
    BenchRoutes.postgres(router, pool);
    return pool.query("SELECT 1").execute();
  }

  private Future<HttpServer> listen(int port, Handler<HttpServerRequest> handler) {
    return vertx.createHttpServer().requestHandler(handler).listen(port, "127.0.0.1");
  }
}
