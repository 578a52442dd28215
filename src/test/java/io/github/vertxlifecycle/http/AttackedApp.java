package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;

/** A server that does what costs it something. */
public final class AttackedApp extends RootVerticle {

  @Override
  protected void components(Components app) {
    app.add("http", AttackedHttp::new);
  }

  private static final class AttackedHttp extends HttpVerticle {
    @Override
    protected HttpServerOptions serverOptions() {
      return options(super.serverOptions());
    }

    @Override
    protected void routes(Router router) {
      router.get("/hello").handler(context -> context.end("hello"));
      addTo(this, router);
    }
  }

  static HttpServerOptions options(HttpServerOptions options) {
    return options.setDecompressionSupported(true);
  }

  static void addTo(HttpVerticle server, Router router) {
    router
        .post("/echo")
        .handler(
            context ->
                context
                    .request()
                    .body()
                    .onSuccess(body -> context.end(Buffer.buffer("got " + body.length()))));
    router
        .get("/chat")
        .handler(
            context ->
                context
                    .request()
                    .toWebSocket()
                    .onSuccess(
                        socket ->
                            socket.textMessageHandler(text -> socket.writeTextMessage(text))));
  }
}
