package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.work.Admission;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.impl.OutboundDeliveryContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows replies until they are written. {@code Message.reply} does not tell when that is, and a
 * reply to a node that has never been written to waits for a connection first: Vert.x would close
 * over it. So an interceptor of the bus takes the promise of the write from its own delivery.
 *
 * <p>Thread-safe.
 */
final class Replies implements Handler<DeliveryContext<Object>> {

  /** What a reply on this thread, in this very call, is written with. */
  private static final ThreadLocal<@Nullable Promise<Void>> SENDING = new ThreadLocal<>();

  private final EventBus bus;
  private final Admission admission;

  Replies(EventBus bus, Admission admission) {
    this.bus = bus;
    this.admission = admission;
  }

  void begin() {
    bus.addOutboundInterceptor(this);
  }

  void end() {
    bus.removeOutboundInterceptor(this);
  }

  @Override
  public void handle(DeliveryContext<Object> delivery) {
    Promise<Void> written = SENDING.get();
    if (written != null && delivery instanceof OutboundDeliveryContext<?> outbound) {
      SENDING.remove(); // a reply is one delivery
      outbound.writePromise.future().onComplete(written);
    }
    delivery.next();
  }

  /**
   * Sends a reply.
   *
   * @return completes when it is written, or cannot be
   */
  Future<Void> written(Runnable reply) {
    return sent(
        () -> {
          reply.run();
          return Future.<Void>succeededFuture();
        });
  }

  /** Sends a reply, which is work in flight until it is written. */
  void count(String address, Runnable reply) {
    Work work = admission.count("reply of " + address);
    Future<Void> written;
    try {
      written = written(reply);
    } catch (RuntimeException | Error e) {
      done(work);
      throw e;
    }
    written.onComplete(over -> done(work));
  }

  /** Sends a reply that asks for another one, which is work in flight until that has come. */
  <T> Future<T> awaitedReply(String address, Supplier<Future<T>> reply) {
    return admission.count("request in the reply of " + address, reply);
  }

  private static void done(@Nullable Work work) {
    if (work != null) {
      work.done();
    }
  }

  private Future<Void> sent(Supplier<Future<Void>> reply) {
    Promise<Void> written = Promise.promise();
    SENDING.set(written);
    try {
      Future<Void> unseen = reply.get();
      return SENDING.get() == null ? written.future().otherwiseEmpty() : unseen;
    } finally {
      SENDING.remove();
    }
  }
}
