package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;

/**
 * A Vert.x stream as a publisher for one subscriber of the SDK. The reader's {@code request} is the
 * stream's {@code fetch}; the reader is called on the stream's context.
 */
final class StreamPublisher implements SdkPublisher<ByteBuffer> {

  private final ReadStream<Buffer> stream;
  private final Context context;
  private final UnaryOperator<Throwable> explain;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final Promise<Void> over = Promise.promise();

  /**
   * Pauses the stream until there is a reader.
   *
   * @param stream nothing has been read from it yet
   * @param context the stream's context
   * @param explain turns the stream's problem into the one that the reader gets
   */
  StreamPublisher(ReadStream<Buffer> stream, Context context, UnaryOperator<Throwable> explain) {
    this.stream = stream.pause();
    this.context = context;
    this.explain = explain;
  }

  /** Completes at the end of the stream; fails if it breaks off or the reader gives up. */
  Future<Void> over() {
    return over.future();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> reader) {
    StreamReading reading = new StreamReading(reader);
    if (taken.compareAndSet(false, true)) {
      context.runOnContext(v -> reading.begin());
    } else {
      reading.ended = true;
      reader.onSubscribe(reading);
      reader.onError(
          new IllegalStateException("the stream has been read already; it can be read once"));
    }
  }

  /**
   * Whether a request broke off before it had handlers, which are not called in that case. A
   * response that has ended may call itself closed while the request is still coming.
   */
  private static boolean isCutOff(HttpServerRequest request) {
    return !request.isEnded() && request.response().closed() && !request.response().ended();
  }

  private final class StreamReading implements Subscription {

    private final Subscriber<? super ByteBuffer> reader;
    private boolean ended; // context only

    StreamReading(Subscriber<? super ByteBuffer> reader) {
      this.reader = reader;
    }

    void begin() {
      reader.onSubscribe(this);
      try {
        stream.exceptionHandler(this::fail).endHandler(v -> end()).handler(this::next);
      } catch (RuntimeException e) { // the stream is closed
        fail(e);
      }
      if (stream instanceof HttpServerRequest request && isCutOff(request)) {
        fail(new HttpClosedException("the client has gone before all of its request was read"));
      }
    }

    private void next(Buffer bytes) {
      if (!ended) {
        reader.onNext(ByteBuffer.wrap(bytes.getBytes()));
      }
    }

    private void end() {
      if (!ended) {
        ended = true;
        reader.onComplete();
        over.tryComplete();
      }
    }

    private void fail(Throwable problem) {
      if (!ended) {
        ended = true;
        reader.onError(explain.apply(problem));
        over.tryFail(problem);
      }
    }

    @Override
    public void request(long count) {
      context.runOnContext(
          v -> {
            if (count <= 0) {
              fail(new IllegalArgumentException("request of " + count + ", which is not positive"));
            } else if (!ended) {
              stream.fetch(count);
            }
          });
    }

    @Override
    public void cancel() {
      context.runOnContext(
          v -> {
            if (!ended) {
              ended = true;
              stream.pause();
              over.tryFail(new CancellationException("the reader gave up"));
            }
          });
    }
  }
}
