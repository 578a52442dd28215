package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * A Vert.x stream that an upload reads, once. The reader's {@code request} is the stream's {@code
 * fetch}. What the stream says is passed on on its context.
 */
final class ReadStreamBody implements AsyncRequestBody {

  private final ReadStream<Buffer> stream;
  private final Context context;
  private final AtomicBoolean taken = new AtomicBoolean();

  ReadStreamBody(ReadStream<Buffer> stream, Context context) {
    this.stream = stream.pause();
    this.context = context;
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.empty();
  }

  @Override
  public String body() {
    return BodyType.PUBLISHER.getName();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> reader) {
    if (taken.compareAndSet(false, true)) {
      context.runOnContext(v -> new Reading(reader).begin());
    } else {
      Reading none = new Reading(reader);
      none.over = true;
      reader.onSubscribe(none);
      reader.onError(new IllegalStateException("a stream can be sent once, and it has been"));
    }
  }

  private final class Reading implements Subscription {

    private final Subscriber<? super ByteBuffer> reader;
    private boolean over; // context only

    Reading(Subscriber<? super ByteBuffer> reader) {
      this.reader = reader;
    }

    void begin() {
      reader.onSubscribe(this);
      try {
        stream.exceptionHandler(this::fail).endHandler(v -> end()).handler(this::next);
      } catch (RuntimeException e) { // it has ended or is closed
        fail(e);
      }
    }

    private void next(Buffer bytes) {
      if (!over) {
        reader.onNext(ByteBuffer.wrap(bytes.getBytes()));
      }
    }

    private void end() {
      if (!over) {
        over = true;
        reader.onComplete();
      }
    }

    private void fail(Throwable problem) {
      if (!over) {
        over = true;
        reader.onError(problem);
      }
    }

    @Override
    public void request(long count) {
      context.runOnContext(
          v -> {
            if (count <= 0) {
              fail(new IllegalArgumentException("request of " + count + ", which is not positive"));
            } else if (!over) {
              stream.fetch(count);
            }
          });
    }

    @Override
    public void cancel() {
      context.runOnContext(
          v -> {
            if (!over) {
              over = true;
              stream.pause();
            }
          });
    }
  }
}
