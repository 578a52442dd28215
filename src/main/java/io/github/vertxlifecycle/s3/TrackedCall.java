package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.work.Work;
import io.vertx.core.VertxException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;

/**
 * A call that is in flight until it is answered and the body of the answer has been read, has been
 * given up or has broken off. Most transformers answer after the body; one that hands out a stream
 * answers before. Thread-safe.
 */
final class TrackedCall {

  private final String owner;
  private final CallName name;
  private final Work work;
  private final Set<TrackedCall> all;
  private final Set<BodyReading> readings = ConcurrentHashMap.newKeySet();

  /** Counts the call itself and each body that may be read: one for each try. */
  private final AtomicInteger open = new AtomicInteger(1);

  private volatile Runnable cancellation = () -> {};
  private volatile boolean cut;

  /**
   * Begins a call.
   *
   * @param owner the component that the call goes through
   * @param name the call's name
   * @param work to be ended with the call
   * @param all the calls in flight, to which this one adds itself
   */
  TrackedCall(String owner, CallName name, Work work, Set<TrackedCall> all) {
    this.owner = owner;
    this.name = name;
    this.work = work;
    this.all = all;
    all.add(this);
  }

  /** Sets what {@link #cut()} does beside ending the bodies. */
  void onCancel(Runnable task) {
    cancellation = task;
  }

  /** The caller has its answer, or the problem; after a problem no body is read. */
  void answered(@Nullable Throwable problem) {
    if (problem == null) {
      close();
    } else {
      done();
    }
  }

  private void close() {
    if (open.decrementAndGet() == 0) {
      done();
    }
  }

  private void done() {
    all.remove(this);
    work.done();
  }

  /** From now on, any failure of the call is reported as the cut. */
  void beginCut() {
    cut = true;
  }

  /** Ends the call: fails its answer, and each body that is being read. */
  void cut() {
    cancellation.run();
    readings.forEach(BodyReading::cut);
  }

  /** The problem as the caller gets it. */
  Throwable explained(Throwable problem) {
    Throwable cause = S3StartProblem.unwrapped(problem);
    return cut ? new VertxException(cutMessage(), cause, true) : cause;
  }

  private String cutMessage() {
    return "%s was cut: component \"%s\" has stopped".formatted(name, owner);
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
      reader.onStream(SdkPublisher.adapt(to -> bytes.subscribe(new BodyReading(to))));
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

  /** The signal that the reader of a body is receiving. */
  private enum Signalled {
    /** None at the moment. */
    NOTHING,
    /** The next bytes. */
    BYTES,
    /** The next bytes, and the cut after them. */
    BYTES_THEN_CUT,
    /** The end, or the reader has cancelled. */
    END
  }

  /** Passes all signals on, one after the other, and notices the end. */
  private final class BodyReading implements Subscriber<ByteBuffer>, Subscription {

    private final Subscriber<? super ByteBuffer> to;
    private final AtomicReference<Signalled> signalled = new AtomicReference<>(Signalled.NOTHING);
    private volatile @Nullable Subscription from;

    BodyReading(Subscriber<? super ByteBuffer> to) {
      this.to = to;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      from = subscription;
      readings.add(this);
      to.onSubscribe(this);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      if (signalled.compareAndSet(Signalled.NOTHING, Signalled.BYTES)) {
        to.onNext(bytes);
        if (!signalled.compareAndSet(Signalled.BYTES, Signalled.NOTHING)
            && signalled.compareAndSet(Signalled.BYTES_THEN_CUT, Signalled.END)) {
          signalCut();
        }
      }
    }

    @Override
    public void onError(Throwable problem) {
      if (signalled.compareAndSet(Signalled.NOTHING, Signalled.END)) {
        to.onError(problem);
        end();
      }
    }

    @Override
    public void onComplete() {
      if (signalled.compareAndSet(Signalled.NOTHING, Signalled.END)) {
        to.onComplete();
        end();
      }
    }

    void cut() {
      cancelSource();
      if (signalled.compareAndSet(Signalled.NOTHING, Signalled.END)) {
        signalCut();
      } else {
        signalled.compareAndSet(Signalled.BYTES, Signalled.BYTES_THEN_CUT);
      }
    }

    private void signalCut() {
      to.onError(new VertxException(cutMessage(), true));
      end();
    }

    @Override
    public void request(long count) {
      Subscription source = from;
      if (source != null) {
        source.request(count);
      }
    }

    @Override
    public void cancel() {
      cancelSource();
      if (signalled.getAndSet(Signalled.END) != Signalled.END) {
        end();
      }
    }

    private void cancelSource() {
      Subscription source = from;
      if (source != null) {
        source.cancel();
      }
    }

    private void end() {
      readings.remove(this);
      close();
    }
  }
}
