package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.postgres.PostgresVerticle;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;

/**
 * The same two handlers on the toolkit and on bare Vert.x: {@code /hello}, and {@code /read}, which
 * reads one row of PostgreSQL. Prints its port and serves until its input ends.
 */
public final class ThroughputServer {

  private static final int POOL_SIZE = 16;
  private static final String READ = "SELECT $1::int AS one";

  private ThroughputServer() {}

  private static void routes(Router router, Pool pool) {
    router.get("/hello").handler(ThroughputServer::hello);
    router.get("/read").handler(context -> read(context, pool));
  }

  private static void hello(RoutingContext context) {
    context.response().end("hello");
  }

  private static void read(RoutingContext context, Pool pool) {
    pool.preparedQuery(READ)
        .execute(Tuple.of(1))
        .onSuccess(rows -> context.response().end("hello"))
        .onFailure(context::fail);
  }

  private static final class ToolkitHttp extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      ThroughputServer.routes(router, use("postgres", Pool.class));
    }
  }

  private static final class ToolkitApp extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add("postgres", PostgresVerticle::new);
      app.add("http", ToolkitHttp::new).dependsOn("postgres");
    }
  }

  private static final class BareServer extends AbstractVerticle {
    private final int port;
    private final String uri;

    BareServer(int port, String uri) {
      this.port = port;
      this.uri = uri;
    }

    @Override
    public void start(Promise<Void> started) {
      Pool pool =
          PgBuilder.pool()
              .connectingTo(PgConnectOptions.fromUri(uri))
              .with(new PoolOptions().setMaxSize(POOL_SIZE))
              .using(vertx)
              .build();
      Router router = Router.router(vertx);
      routes(router, pool);
      Future<HttpServer> listening =
          pool.query("SELECT 1")
              .execute()
              .compose(
                  row -> vertx.createHttpServer().requestHandler(router).listen(port, "127.0.0.1"));
      listening.<Void>mapEmpty().onComplete(started);
    }
  }

  /**
   * Serves.
   *
   * @param arguments {@code bare} or anything else, and the URI of PostgreSQL
   */
  public static void main(String[] arguments) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Vertx vertx = Vertx.vertx();
    String uri = arguments[1];
    JsonObject config =
        new JsonObject()
            .put("postgres", new JsonObject().put("uri", uri).put("poolSize", POOL_SIZE))
            .put("http", new JsonObject().put("host", "127.0.0.1").put("port", port));
    Future<String> deployed =
        arguments[0].equals("bare")
            ? vertx.deployVerticle(new BareServer(port, uri))
            : vertx.deployVerticle(new ToolkitApp(), new DeploymentOptions().setConfig(config));
    deployed.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    System.out.println(port);
    while (System.in.read() >= 0) {
      // until the process that started this one leaves
    }
    System.exit(0);
  }
}
