package io.github.vertxlifecycle.s3;

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
 * Vert.x's HTTP client as the SDK's transport. A request is made on the Vert.x context of its
 * caller, so its body and its answer stay on that event loop; what the SDK does on a thread of its
 * own, another try for example, comes to the component's context.
 *
 * <p>It counts the requests of multipart uploads, for here all of them pass, and here alone it
 * shows when nothing of one is under way.
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
   * @param vertx whose contexts are callers
   * @param ownContext for callers that have none
   * @param client sends
   * @param waitTimeout how long a request may wait for a connection
   * @param uploads hears of requests
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
    MultipartUploads.@Nullable Step step = step(request.request());
    try {
      if (step != null) {
        uploads.begin(step);
      }
    } catch (RuntimeException e) {
      request.responseHandler().onError(e);
      return CompletableFuture.failedFuture(e);
    }
    Context current = Vertx.currentContext();
    Context context = current == null || current.owner() != vertx ? ownContext : current;
    Exchange exchange = new Exchange(request, context);
    if (step != null) {
      exchange.over().onComplete(over -> uploads.end(step));
    }
    context.runOnContext(v -> exchange.begin(open(request.request())));
    return exchange.done();
  }

  private Future<HttpClientRequest> open(SdkHttpRequest request) {
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
    return client.request(options);
  }

  /** What it is in the life of an upload; null if nothing, or what leaves nothing behind. */
  private static MultipartUploads.@Nullable Step step(SdkHttpRequest request) {
    boolean ofOne = request.rawQueryParameters().containsKey("uploadId");
    return switch (request.method()) {
      case PUT -> ofOne ? MultipartUploads.Step.SENDING : null;
      case POST ->
          ofOne
              ? MultipartUploads.Step.SENDING
              : request.rawQueryParameters().containsKey("uploads")
                  ? MultipartUploads.Step.CREATING
                  : null;
      default -> null;
    };
  }

  @Override
  public String clientName() {
    return "Vertx";
  }

  /** Does nothing: who made the client closes it. */
  @Override
  public void close() {}
}
