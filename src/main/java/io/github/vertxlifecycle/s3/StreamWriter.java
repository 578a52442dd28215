package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Writes the SDK's buffers to a Vert.x stream, on the stream's context, one after the other, and
 * ends the stream after the last.
 */
final class StreamWriter implements Subscriber<ByteBuffer> {

  private final WriteStream<Buffer> stream;
  private final Context context;
  private final Promise<Void> ended = Promise.promise();

  private volatile @Nullable Subscription source;
  private volatile boolean written;
  private boolean ending; // context only

  StreamWriter(WriteStream<Buffer> stream, Context context) {
    this.stream = stream;
    this.context = context;
  }

  /**
   * Completes when the stream has ended; fails if either side fails, and in that case the stream is
   * not ended.
   */
  Future<Void> ended() {
    return ended.future();
  }

  /** Whether everything has been written. To be called on the context. */
  boolean isEnding() {
    return ending;
  }

  /** Whether any bytes have come. */
  boolean hasWritten() {
    return written;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    source = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(ByteBuffer bytes) {
    if (!bytes.hasRemaining()) { // an empty buffer would give a request a body
      next();
      return;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    written = true;
    context.runOnContext(v -> write(Buffer.buffer(copy)));
  }

  private void write(Buffer bytes) {
    if (ended.future().isComplete()) {
      return;
    }
    try {
      stream.write(bytes).onFailure(this::giveUp);
      if (stream.writeQueueFull()) {
        stream.drainHandler(v -> next());
      } else {
        next();
      }
    } catch (RuntimeException e) { // the stream is closed
      giveUp(e);
    }
  }

  private void next() {
    Subscription from = source;
    if (from != null) {
      from.request(1);
    }
  }

  private void giveUp(Throwable problem) {
    Subscription from = source;
    if (from != null) {
      from.cancel();
    }
    ended.tryFail(problem);
  }

  @Override
  public void onError(Throwable problem) {
    context.runOnContext(v -> ended.tryFail(problem));
  }

  @Override
  public void onComplete() {
    context.runOnContext(
        v -> {
          if (!ended.future().isComplete()) {
            ending = true;
            stream.end().onComplete(ended);
          }
        });
  }
}
