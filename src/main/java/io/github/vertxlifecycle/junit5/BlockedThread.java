package io.github.vertxlifecycle.junit5;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a component that do nothing until this is closed, five minutes at most: its event
 * loops, with everything else that runs on them, or its worker or virtual threads. From {@link
 * TestApplication#blockThread}.
 */
public final class BlockedThread implements AutoCloseable {

  private static final Duration LONGEST = Faults.LONGEST_BLOCK;

  private final Promise<Void> ended = Promise.promise();

  private BlockedThread() {}

  /** Blocks the threads of these contexts; they are blocked when this returns. */
  static BlockedThread of(String component, Collection<Context> contexts) {
    BlockedThread made = new BlockedThread();
    try {
      made.block(component, contexts);
    } catch (AssertionError | RuntimeException e) {
      made.close();
      throw e;
    }
    return made;
  }

  private void block(String component, Collection<Context> contexts) {
    Set<Thread> loops = new HashSet<>();
    for (Context context : contexts) {
      Promise<Thread> thread = Promise.promise();
      context.runOnContext(v -> thread.complete(Thread.currentThread()));
      TestWait.until(
          thread.future(),
          TestWait.PATIENCE,
          () -> "a thread of \"%s\" is blocked already".formatted(component));
      if (!context.isEventLoopContext() || loops.add(thread.future().result())) {
        block(component, context);
      }
    }
  }

  private void block(String component, Context context) {
    Promise<Void> blocked = Promise.promise();
    context.runOnContext(
        v -> {
          blocked.complete();
          blockUntil(ended.future());
        });
    TestWait.until(
        blocked.future(),
        TestWait.PATIENCE,
        () -> "a thread of \"%s\" is blocked already".formatted(component));
  }

  /** Blocks this thread until a future has its answer. */
  static void blockUntil(Future<Void> future) {
    CountDownLatch answered = new CountDownLatch(1);
    future.onComplete(answer -> answered.countDown());
    try {
      if (!answered.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nobody has ended this block, which goes on now");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whether the threads are blocked.
   *
   * @return false once this is closed
   */
  public boolean isBlocked() {
    return !ended.future().isComplete();
  }

  /** Lets them go on. */
  @Override
  public void close() {
    ended.tryComplete();
  }
}
