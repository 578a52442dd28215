package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;

/** Writes a body to a Vert.x stream. */
final class IntoWriteStream<R> implements AsyncResponseTransformer<R, R> {

  private final WriteStream<Buffer> stream;
  private final Context context;

  private volatile CompletableFuture<R> result = new CompletableFuture<>();
  private volatile @Nullable R head;
  private volatile @Nullable StreamWriter writer;

  IntoWriteStream(WriteStream<Buffer> stream, Context context) {
    this.stream = stream;
    this.context = context;
  }

  /**
   * Called before each try. After a try that has written, the result stays the failure of that try.
   */
  @Override
  public CompletableFuture<R> prepare() {
    StreamWriter before = writer;
    if (before == null || !before.hasWritten()) {
      result = new CompletableFuture<>();
    }
    return result;
  }

  @Override
  public void onResponse(R response) {
    head = response;
  }

  @Override
  public void onStream(SdkPublisher<ByteBuffer> body) {
    CompletableFuture<R> outcome = result;
    if (outcome.isDone()) {
      return; // an earlier try has written, and nothing can take that back
    }
    StreamWriter next = new StreamWriter(stream, context);
    writer = next;
    next.ended()
        .onSuccess(ended -> outcome.complete(head))
        .onFailure(outcome::completeExceptionally);
    body.subscribe(next);
  }

  @Override
  public void exceptionOccurred(Throwable error) {
    result.completeExceptionally(error);
  }
}
