package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.work.Admission;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.impl.OutboundDeliveryContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows replies and messages until they are written. {@code Message.reply} and {@code
 * EventBus.send} do not tell when that is, and what goes to a node that has never been written to
 * waits for a connection first: Vert.x would close over it. So an interceptor of the bus takes the
 * promise of the write from its own delivery.
 *
 * <p>Vert.x swallows what is thrown under an interceptor, by a body that cannot be encoded say. So
 * the interceptor keeps it, and it is thrown again to whoever sends. While there is no connection
 * Vert.x encodes later, and loses whatever waits behind such a body; so a reply to another node is
 * encoded here before, for the sake of that alone.
 *
 * <p>Thread-safe.
 */
final class WriteCompletion implements Handler<DeliveryContext<Object>> {

  /**
   * As long as a request waits by default: Vert.x forgets some writes, those behind a body that
   * cannot be encoded once there is a connection for example.
   */
  static final long LONGEST_MILLIS = DeliveryOptions.DEFAULT_TIMEOUT;

  /** What is sent on this thread, in this very call. */
  private static final ThreadLocal<@Nullable Sending> SENDING = new ThreadLocal<>();

  /** One call that sends, and its delivery once an interceptor has seen that. */
  private static final class Sending {
    private final boolean toAnotherNode;
    private final Promise<Void> written = Promise.promise();
    private @Nullable OutboundDeliveryContext<?> delivery;
    private @Nullable RuntimeException problem;
    private boolean checked;

    Sending(boolean toAnotherNode) {
      this.toAnotherNode = toAnotherNode;
    }

    /** Whether that delivery is the one of this call: the first that is seen. */
    boolean isOf(DeliveryContext<?> seen) {
      if (delivery == null && seen instanceof OutboundDeliveryContext<?> outbound) {
        delivery = outbound;
        outbound.writePromise.future().onComplete(written);
        return true;
      }
      return delivery == seen;
    }

    /** Once, however many interceptors see it. */
    void check() {
      OutboundDeliveryContext<?> checking = delivery;
      if (toAnotherNode && !checked && checking != null) {
        checked = true;
        encode(checking.message.codec(), checking.body());
      }
    }

    @SuppressWarnings("unchecked") // the codec was looked up for this body
    private static void encode(MessageCodec<?, ?> codec, @Nullable Object body) {
      if (body instanceof CharSequence
          || body instanceof Number
          || body instanceof Buffer
          || body instanceof ReplyException
          || body == null) {
        return; // these always can be
      }
      ((MessageCodec<Object, ?>) codec).encodeToWire(Buffer.buffer(), body);
    }
  }

  private final Admission admission;

  WriteCompletion(Admission admission) {
    this.admission = admission;
  }

  void begin(EventBus bus) {
    bus.addOutboundInterceptor(this);
  }

  void end(EventBus bus) {
    bus.removeOutboundInterceptor(this);
  }

  @Override
  public void handle(DeliveryContext<Object> delivery) {
    Sending sending = SENDING.get();
    if (sending == null || !sending.isOf(delivery)) {
      delivery.next();
      return;
    }
    try {
      sending.check();
      delivery.next();
    } catch (RuntimeException e) {
      sending.problem = e; // also where interceptors of several components see one delivery
    }
  }

  /**
   * Sends a reply or a message.
   *
   * @param toAnotherNode whether it is known to go there
   * @return completes when it is written, or cannot be
   * @throws RuntimeException if it has no codec, or cannot be copied or encoded
   */
  Future<Void> written(boolean toAnotherNode, Runnable send) {
    Sending outer = SENDING.get();
    Sending sending = new Sending(toAnotherNode);
    SENDING.set(sending);
    try {
      send.run();
    } finally {
      SENDING.set(outer);
    }
    if (sending.problem != null) {
      throw sending.problem;
    }
    return sending.delivery == null
        ? Future.succeededFuture()
        : sending.written.future().timeout(LONGEST_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /** Sends a reply or a message, which is work in flight until it is written. */
  void count(String what, boolean toAnotherNode, Runnable send) {
    Work work = admission.count(what);
    Future<Void> written;
    try {
      written = written(toAnotherNode, send);
    } catch (RuntimeException | Error e) {
      done(work);
      throw e;
    }
    written.onComplete(over -> done(work));
  }

  /**
   * Sends a reply that asks for another one, which is work in flight until that has come.
   *
   * @param sent runs when the first has been sent; not if it cannot be
   */
  <T> Future<T> awaitedReply(
      String address, boolean toAnotherNode, Supplier<Future<T>> reply, Runnable sent) {
    return admission.count(
        "request in the reply of " + address,
        () -> {
          Promise<T> further = Promise.promise();
          written(toAnotherNode, () -> reply.get().onComplete(further));
          sent.run();
          return further.future();
        });
  }

  private static void done(@Nullable Work work) {
    if (work != null) {
      work.done();
    }
  }
}
