package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.HttpConnections;
import io.github.vertxlifecycle.vertx.PendingReplies;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/** Makes WebSockets of requests, and takes leave of them. */
final class WebSockets {

  /** Going away (RFC 6455 §7.4.1). */
  private static final short GOING_AWAY = 1001;

  private WebSockets() {}

  static Future<ServerWebSocket> accept(
      RoutingContext request,
      Context context,
      DrainHooks drainHooks,
      Function<ServerWebSocket, Future<?>> lastMessages) {
    Context own = HttpConnections.context(request.request());
    if (OpenConnections.gateOf(request.request()) instanceof Http1Gate gate) {
      gate.closedBySomebodyElse();
    }
    return request
        .request()
        .toWebSocket()
        .onSuccess(
            socket -> {
              Runnable takeBack =
                  drainHooks.add(
                      context,
                      () ->
                          last(socket, lastMessages)
                              .transform(said -> replies(own))
                              .onComplete(come -> close(socket)));
              whenClosed(request, takeBack);
            });
  }

  private static Future<?> last(
      ServerWebSocket socket, Function<ServerWebSocket, Future<?>> lastMessages) {
    return Future.succeededFuture().compose(v -> lastMessages.apply(socket).mapEmpty());
  }

  /** The replies of the event bus that the WebSocket awaits now; the client may go on asking. */
  private static Future<?> replies(Context own) {
    return Future.join(PendingReplies.on(own).stream().map(PendingReplies.Reply::reply).toList());
  }

  private static void close(ServerWebSocket socket) {
    if (!socket.isClosed()) {
      socket.close(GOING_AWAY, "going away");
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it is the channel's own
  private static void whenClosed(RoutingContext request, Runnable then) {
    HttpConnections.handlerContext(request.request().connection())
        .channel()
        .closeFuture()
        .addListener(closed -> then.run());
  }
}
