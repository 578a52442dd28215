package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.launcher.Lifecycle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.launcher.application.VertxApplication;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The same service twice, each as a process of its own: on this library, and on bare Vert.x. */
public final class DrainSubject {

  private static final int WORK_MILLIS = 5;
  private static final int SLOW_MILLIS = 1000;

  private DrainSubject() {}

  private static void routes(io.vertx.core.Vertx vertx, Router router) {
    router.get("/work").handler(context -> vertx.setTimer(WORK_MILLIS, id -> context.end("done")));
    router
        .post("/work")
        .handler(
            context ->
                context
                    .request()
                    .body()
                    .onSuccess(body -> vertx.setTimer(WORK_MILLIS, id -> context.end("done"))));
    router.get("/slow").handler(context -> vertx.setTimer(SLOW_MILLIS, id -> context.end("done")));
  }

  /** On this library. */
  public static final class Ours extends RootVerticle {

    public static void main(String[] args) {
      Lifecycle.run(Ours::new, args);
    }

    @Override
    protected void components(Components app) {
      app.add("http", Service::new);
    }

    private static final class Service extends HttpVerticle {
      @Override
      protected void routes(Router router) {
        DrainSubject.routes(vertx, router);
      }
    }
  }

  /** On bare Vert.x: its launcher, and the grace its server has. */
  public static final class OnBareVertx extends VerticleBase {

    private HttpServer server;

    public static void main(String[] args) {
      new VertxApplication(args).launch();
    }

    @Override
    public Future<?> start() {
      JsonObject http = config().getJsonObject("http");
      HttpServerOptions options =
          new HttpServerOptions()
              .setHost(http.getString("host"))
              .setPort(http.getInteger("port"))
              .setReusePort(http.getBoolean("reusePort", false));
      JsonObject tls = http.getJsonObject("tls");
      if (tls != null) {
        options
            .setSsl(true)
            .setUseAlpn(true)
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(tls.getString("cert"))
                    .setKeyPath(tls.getString("key")));
      }
      Router router = Router.router(vertx);
      routes(vertx, router);
      server = vertx.createHttpServer(options).requestHandler(router);
      return server.listen().onSuccess(listening -> System.out.println("serves"));
    }

    @Override
    public Future<?> stop() {
      return server.shutdown(20, TimeUnit.SECONDS);
    }
  }
}
