package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.work.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/**
 * Vert.x's HTTP client as the SDK's transport. A request is made on the event loop of its caller,
 * so its body and its answer stay there; a request from another thread, a further try of the SDK
 * for example, is made on the component's context. (Reactiverse's aws-sdk, a bridge of this kind,
 * ends with Vert.x 4; the SDK's own transport is made for Netty 4.1, has threads of its own, and on
 * Netty 4.2 was seen to lose a request for a connection.)
 *
 * <p>The transport counts the requests of multipart uploads, because all of them pass here, and
 * only here is it known when none of an upload is under way.
 */
final class VertxTransport implements SdkAsyncHttpClient {

  private final Vertx vertx;
  private final Context ownContext;
  private final HttpClient client;
  private final Duration waitTimeout;
  private final MultipartUploads uploads;

  /**
   * Makes a transport.
   *
   * @param vertx owns the event loops that may be used
   * @param ownContext for callers that are on none of them
   * @param client sends the requests
   * @param waitTimeout how long a request may wait for a connection
   * @param uploads counts the requests
   */
  VertxTransport(
      Vertx vertx,
      Context ownContext,
      HttpClient client,
      Duration waitTimeout,
      MultipartUploads uploads) {
    this.vertx = vertx;
    this.ownContext = ownContext;
    this.client = client;
    this.waitTimeout = waitTimeout;
    this.uploads = uploads;
  }

  /** {@inheritDoc} The future fails with an {@code IOException} if another try may help. */
  @Override
  public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
    Context current = Vertx.currentContext();
    Context context =
        current != null && current.owner() == vertx && current.isEventLoopContext()
            ? current
            : ownContext;
    String id = request.request().firstMatchingRawQueryParameter("uploadId").orElse(null);
    return switch (request.request().method()) {
      case PUT -> id == null ? send(request, context) : sendCounted(request, context, id);
      case POST ->
          id == null && !request.request().rawQueryParameters().containsKey("uploads")
              ? send(request, context)
              : sendCounted(request, context, id);
      case DELETE -> id == null ? send(request, context) : abort(request, context, id);
      default -> send(request, context);
    };
  }

  private CompletableFuture<Void> send(AsyncExecuteRequest request, Context context) {
    HttpExchange exchange = new HttpExchange(request, context, false, null);
    context.runOnContext(v -> exchange.begin(open(request.request())));
    return exchange.done();
  }

  /** Sends a request that begins, feeds or completes an upload. */
  private CompletableFuture<Void> sendCounted(
      AsyncExecuteRequest request, Context context, @Nullable String id) {
    try {
      uploads.begin(id);
    } catch (RefusedException e) {
      request.responseHandler().onError(e);
      return CompletableFuture.failedFuture(e);
    }
    HttpExchange exchange =
        new HttpExchange(request, context, true, id == null ? uploads::created : null);
    exchange.over().onComplete(over -> uploads.end(id));
    context.runOnContext(v -> exchange.begin(open(request.request())));
    return exchange.done();
  }

  /**
   * Sends an abort after all parts under way: a server would keep a part that it finishes receiving
   * after the abort.
   */
  private CompletableFuture<Void> abort(AsyncExecuteRequest request, Context context, String id) {
    HttpExchange exchange = new HttpExchange(request, context, false, null);
    uploads
        .beginAbort(id)
        .onComplete(quiet -> exchange.over().onComplete(over -> uploads.end(id)))
        .onComplete(quiet -> context.runOnContext(v -> exchange.begin(open(request.request()))));
    return exchange.done();
  }

  /** Never throws: after an exception the exchange would never end. */
  private Future<HttpClientRequest> open(SdkHttpRequest request) {
    try {
      return client.request(options(request));
    } catch (RuntimeException e) { // a header that cannot be sent, for example
      return Future.failedFuture(e);
    }
  }

  private RequestOptions options(SdkHttpRequest request) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(request.method().name()))
            .setSsl(request.protocol().equals("https"))
            .setHost(request.host())
            .setPort(request.port())
            .setURI(
                request.encodedPath()
                    + request.encodedQueryParameters().map(query -> "?" + query).orElse(""))
            .setConnectTimeout(waitTimeout.toMillis());
    request.forEachHeader(
        (name, values) -> values.forEach(value -> options.addHeader(name, value)));
    return options;
  }

  @Override
  public String clientName() {
    return "Vertx";
  }

  /** Does nothing: the component that made the client closes it. */
  @Override
  public void close() {}
}
