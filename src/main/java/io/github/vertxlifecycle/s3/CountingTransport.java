package io.github.vertxlifecycle.s3;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/**
 * The SDK's transport, with the requests of multipart uploads counted from the moment they are sent
 * until nothing of them is under way. It is the one place that hears of the end of a request that
 * was cancelled, too.
 */
final class CountingTransport implements SdkAsyncHttpClient {

  private final SdkAsyncHttpClient delegate;
  private final MultipartUploads uploads;

  CountingTransport(SdkAsyncHttpClient delegate, MultipartUploads uploads) {
    this.delegate = delegate;
    this.uploads = uploads;
  }

  @Override
  public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
    MultipartUploads.Step step = step(request.request());
    if (step == null) {
      return delegate.execute(request);
    }
    try {
      uploads.begin(step);
    } catch (RuntimeException e) {
      request.responseHandler().onError(e);
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Void> sent = delegate.execute(request);
    uploads.endWith(step, sent);
    return sent;
  }

  /** What it is in the life of an upload; null if nothing, or what leaves nothing behind. */
  private static MultipartUploads.@Nullable Step step(SdkHttpRequest request) {
    return switch (request.method()) {
      case PUT ->
          request.rawQueryParameters().containsKey("uploadId")
              ? MultipartUploads.Step.SENDING
              : null;
      case POST ->
          request.rawQueryParameters().containsKey("uploads")
              ? MultipartUploads.Step.CREATING
              : request.rawQueryParameters().containsKey("uploadId")
                  ? MultipartUploads.Step.SENDING
                  : null;
      default -> null;
    };
  }

  @Override
  public String clientName() {
    return delegate.clientName();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
