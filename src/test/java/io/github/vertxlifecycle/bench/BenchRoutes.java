package io.github.vertxlifecycle.bench;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;

/** The handlers of both sides. */
final class BenchRoutes {

  static final String HELLO = "/hello";
  static final String JSON = "/json";
  static final String READ = "/read";

  private static final String QUERY = "SELECT $1::int AS one";

  private BenchRoutes() {}

  static void http(Router router) {
    router.get(HELLO).handler(BenchRoutes::hello);
    router.post(JSON).handler(BenchRoutes::json);
  }

  static void postgres(Router router, Pool pool) {
    router.get(READ).handler(context -> read(context, pool));
  }

  private static void hello(RoutingContext context) {
    context.response().end(Http1Request.BODY);
  }

  static void hello(HttpServerRequest request) {
    request.response().end(Http1Request.BODY);
  }

  private static void json(RoutingContext context) {
    context
        .request()
        .body()
        .onSuccess(body -> context.response().end(Http1Request.BODY))
        .onFailure(context::fail);
  }

  private static void read(RoutingContext context, Pool pool) {
    pool.preparedQuery(QUERY)
        .execute(Tuple.of(1))
        .onSuccess(rows -> context.response().end(Http1Request.BODY))
        .onFailure(context::fail);
  }
}
