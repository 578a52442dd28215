package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.work.Work;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;

/**
 * A call that is in flight until it is answered and the body of the answer has been read, is given
 * up, or has broken off. Most transformers answer after the body; one that hands out a stream does
 * so before. Thread-safe.
 */
final class BodyInFlight {

  private final Work work;

  /** The call itself, and each body that somebody may read: one for each try. */
  private final AtomicInteger open = new AtomicInteger(1);

  BodyInFlight(Work work) {
    this.work = work;
  }

  /** The call has its answer, or failed; then nobody reads. */
  void answered(@Nullable Throwable problem) {
    if (problem != null) {
      work.done();
    } else {
      close();
    }
  }

  private void close() {
    if (open.decrementAndGet() == 0) {
      work.done();
    }
  }

  /** The same transformer, with each body counted. */
  <R, T> AsyncResponseTransformer<R, T> counted(AsyncResponseTransformer<R, T> reader) {
    return new Counted<>(reader);
  }

  private final class Counted<R, T> implements AsyncResponseTransformer<R, T> {

    private final AsyncResponseTransformer<R, T> reader;

    Counted(AsyncResponseTransformer<R, T> reader) {
      this.reader = reader;
    }

    @Override
    public CompletableFuture<T> prepare() {
      return reader.prepare();
    }

    @Override
    public void onResponse(R response) {
      reader.onResponse(response);
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> bytes) {
      open.incrementAndGet();
      reader.onStream(SdkPublisher.adapt(to -> bytes.subscribe(new Reading(to))));
    }

    @Override
    public void exceptionOccurred(Throwable error) {
      reader.exceptionOccurred(error);
    }

    @Override
    public String name() {
      return reader.name();
    }
  }

  /** Passes everything on, and notices the end. */
  private final class Reading implements Subscriber<ByteBuffer>, Subscription {

    private final Subscriber<? super ByteBuffer> to;
    private final AtomicInteger ended = new AtomicInteger();
    private @Nullable Subscription from; // set before anything else comes

    Reading(Subscriber<? super ByteBuffer> to) {
      this.to = to;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      from = subscription;
      to.onSubscribe(this);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      to.onNext(bytes);
    }

    @Override
    public void onError(Throwable problem) {
      to.onError(problem);
      end();
    }

    @Override
    public void onComplete() {
      to.onComplete();
      end();
    }

    @Override
    public void request(long count) {
      if (from != null) {
        from.request(count);
      }
    }

    @Override
    public void cancel() {
      if (from != null) {
        from.cancel();
      }
      end();
    }

    private void end() {
      if (ended.getAndSet(1) == 0) {
        close();
      }
    }
  }
}
