package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.work.Admission;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts replies and messages until they are written. A message to a node that has never been
 * written to waits for a connection first, and Vert.x would close over it.
 *
 * <p>Thread-safe.
 */
final class WriteCompletion {

  /**
   * As long as a request waits by default: Vert.x forgets some writes, those behind a body that
   * cannot be encoded once there is a connection for example.
   */
  static final long LONGEST_MILLIS = DeliveryOptions.DEFAULT_TIMEOUT;

  private final Admission admission;

  WriteCompletion(Admission admission) {
    this.admission = admission;
  }

  /**
   * Waits for a write, but not for ever.
   *
   * @return completes when it is written, or cannot be; never fails
   */
  Future<Void> written(Future<Void> write) {
    return write.isComplete()
        ? Future.succeededFuture()
        : write.timeout(LONGEST_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /**
   * Sends a reply or a message, which is work in flight until it is written.
   *
   * @param write sends it; what that throws is thrown on
   */
  void count(String what, Supplier<Future<Void>> write) {
    Work work = admission.count(what);
    Future<Void> written;
    try {
      written = written(write.get());
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
  <T> Future<T> awaitedReply(String address, Supplier<Future<T>> reply, Runnable sent) {
    return admission.count(
        "request in the reply of " + address,
        () -> {
          Future<T> further = reply.get();
          sent.run();
          return further;
        });
  }

  private static void done(@Nullable Work work) {
    if (work != null) {
      work.done();
    }
  }
}
