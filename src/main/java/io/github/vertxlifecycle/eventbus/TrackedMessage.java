package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.vertx.Clusters;
import io.github.vertxlifecycle.vertx.Replies;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * A message that has come, and whether it has been answered. It is the message that the handler
 * sees, and the name of the work in flight.
 *
 * <p>May be answered from any thread.
 */
final class TrackedMessage<T> implements Message<T> {

  /** The failure code of Vert.x's own service proxies for a handler that failed. */
  private static final int HANDLER_FAILED = -1;

  private final Message<T> delegate;
  private final WriteCompletion writes;
  private final FailureLog failures;
  private final @Nullable Context arrival = Vertx.currentContext();
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile boolean begun;
  private @Nullable Work work;

  TrackedMessage(Message<T> delegate, WriteCompletion writes, FailureLog failures) {
    this.failures = failures;
    this.delegate = delegate;
    this.writes = writes;
  }

  void countedAs(Work one) {
    work = one;
  }

  /** Where it came in: its handler runs there, so that tracing goes on. */
  Context arrival(Context otherwise) {
    return arrival == null ? otherwise : arrival;
  }

  void begin() {
    begun = true;
  }

  boolean hasBegun() {
    return begun;
  }

  void done() {
    if (work != null) {
      work.done();
    }
  }

  /** Its name for the reader of a report. */
  @Override
  public String toString() {
    return begun ? address() : address() + ", waiting";
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────

  /** Whether another node sent it. */
  boolean isFromElsewhere() {
    return Clusters.isFromAnotherNode(delegate);
  }

  private boolean asksForReply() {
    return delegate.replyAddress() != null;
  }

  /** Answers with what the handler's future said, unless the handler has answered itself. */
  void answer(AsyncResult<?> result) {
    if (!asksForReply()) {
      if (result.failed()) {
        failures.failed(Level.ERROR, "the handler of " + address(), result.cause());
      }
    } else if (!answered.get()) {
      try {
        reply(result.succeeded() ? result.result() : failure(result.cause()));
      } catch (RuntimeException e) { // no codec, or it cannot be copied or encoded
        failures.failed(Level.ERROR, "sending the answer of " + address(), e);
        fail(
            HANDLER_FAILED, "the handler's answer cannot be sent: " + FailureText.messageOrNull(e));
      }
    }
  }

  private static ReplyException failure(Throwable problem) {
    return problem instanceof ReplyException given
        ? given
        : new ReplyException(
            ReplyFailure.RECIPIENT_FAILURE,
            HANDLER_FAILED,
            String.valueOf(FailureText.messageOrNull(problem)));
  }

  /**
   * Says that it was not handled here, and has not been begun: whoever sent it may send it again.
   *
   * @return completes when that is written
   */
  Future<Void> turnAway(String why) {
    return refuse(ReplyFailure.NO_HANDLERS, why);
  }

  /**
   * Says that its handler was cut: what it has done is not known.
   *
   * @return completes when that is written
   */
  Future<Void> cut(String why) {
    return refuse(ReplyFailure.TIMEOUT, why);
  }

  private Future<Void> refuse(ReplyFailure kind, String why) {
    if (!asksForReply()) {
      failures.failed(
          Level.WARN,
          "a message to " + address() + ", which nobody awaits an answer for,",
          new VertxException(why, true));
      return Future.succeededFuture();
    }
    return answered.compareAndSet(false, true)
        ? writes.written(
            Replies.write(delegate, new ReplyException(kind, why), new DeliveryOptions()))
        : Future.succeededFuture();
  }

  @Override
  public void reply(@Nullable Object message, DeliveryOptions options) {
    writes.count("reply of " + address(), () -> Replies.write(delegate, message, options));
    answered.set(true);
  }

  @Override
  public <R> Future<Message<R>> replyAndRequest(@Nullable Object message, DeliveryOptions options) {
    return writes.awaitedReply(
        address(),
        () -> {
          Replies.check(delegate, message, options);
          return delegate.replyAndRequest(message, options);
        },
        () -> answered.set(true));
  }

  // ── the message ────────────────────────────────────────────────────────────────────────────────

  @Override
  public String address() {
    return delegate.address();
  }

  @Override
  public MultiMap headers() {
    return delegate.headers();
  }

  @Override
  public T body() {
    return delegate.body();
  }

  @Override
  public @Nullable String replyAddress() {
    return delegate.replyAddress();
  }

  @Override
  public boolean isSend() {
    return delegate.isSend();
  }
}
