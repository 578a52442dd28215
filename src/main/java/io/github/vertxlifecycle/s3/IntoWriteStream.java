package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;

/** Writes a body to a Vert.x stream, on its context, one piece after the other. */
final class IntoWriteStream<R> implements AsyncResponseTransformer<R, R> {

  private final WriteStream<Buffer> stream;
  private final Context context;

  private volatile boolean written;
  private volatile CompletableFuture<R> result = new CompletableFuture<>();
  private volatile @Nullable R head;

  IntoWriteStream(WriteStream<Buffer> stream, Context context) {
    this.stream = stream;
    this.context = context;
  }

  /** Called before each try. */
  @Override
  public CompletableFuture<R> prepare() {
    if (!written) {
      result = new CompletableFuture<>();
    } // else it keeps the failure of the try that has written
    return result;
  }

  @Override
  public void onResponse(R response) {
    head = response;
  }

  @Override
  public void onStream(SdkPublisher<ByteBuffer> body) {
    body.subscribe(new Writing(result));
  }

  @Override
  public void exceptionOccurred(Throwable error) {
    result.completeExceptionally(error);
  }

  private final class Writing implements Subscriber<ByteBuffer> {

    private final CompletableFuture<R> outcome;
    private @Nullable Subscription body; // set before anything else comes

    Writing(CompletableFuture<R> outcome) {
      this.outcome = outcome;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      if (outcome.isDone()) {
        subscription.cancel();
        return;
      }
      body = subscription;
      subscription.request(1);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      written = true;
      context.runOnContext(
          v ->
              stream
                  .write(Buffer.buffer(copy))
                  .onComplete(
                      done -> {
                        if (done.failed()) {
                          giveUp(done.cause());
                        }
                      }));
      context.runOnContext(v -> nextWhenDrained());
    }

    private void nextWhenDrained() {
      if (stream.writeQueueFull()) {
        stream.drainHandler(v -> next());
      } else {
        next();
      }
    }

    private void next() {
      if (body != null) {
        body.request(1);
      }
    }

    private void giveUp(Throwable problem) {
      if (body != null) {
        body.cancel();
      }
      outcome.completeExceptionally(problem);
    }

    @Override
    public void onError(Throwable problem) {
      outcome.completeExceptionally(problem);
    }

    @Override
    public void onComplete() {
      context.runOnContext(
          v ->
              stream
                  .end()
                  .onSuccess(ended -> outcome.complete(head))
                  .onFailure(outcome::completeExceptionally));
    }
  }
}
