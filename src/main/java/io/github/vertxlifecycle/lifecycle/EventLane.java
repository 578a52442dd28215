package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.time.Clock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener of events on a thread of its own, one at a time and in order, so that a listener
 * that blocks (a log whose console nobody reads) holds up nobody else.
 *
 * <p>The thread is a daemon, comes with the first event and goes when it has had nothing to do for
 * a second. It looks for events once in a millisecond while there are some, because to wake it for
 * each would cost the one who tells of them more than all the rest of a stop.
 *
 * <p>Events wait in a queue. What comes while {@link #MOST} wait is dropped, and counted in the log
 * as soon as the listener goes on. Thread-safe.
 */
final class EventLane {

  /** Enough for a stop of some 20,000 components of which the listener takes in nothing. */
  static final int MOST = 100_000;

  /** How long the end of a start or of a stop is kept back for a listener that is behind. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private static final long PAUSE_NANOS = 1_000_000;

  private static final Logger log = LoggerFactory.getLogger(EventLane.class);

  private final String name;
  private final LifecycleListener listener;
  private final Clock clock;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger(); // the one that runs included
  private final AtomicLong ended = new AtomicLong();
  private final AtomicInteger dropped = new AtomicInteger();
  private final AtomicBoolean atWork = new AtomicBoolean();
  private final ThreadPoolExecutor executor;
  private volatile @Nullable Thread thread;

  /**
   * Makes one without a thread.
   *
   * @param name the listener's, for the log
   * @param listener hears of events
   * @param clock times the patience with a listener that is behind
   */
  EventLane(String name, LifecycleListener listener, Clock clock) {
    this.name = name;
    this.listener = listener;
    this.clock = clock;
    this.executor =
        new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread made = new Thread(task, "lifecycle-events");
              made.setDaemon(true);
              return made;
            });
  }

  /** Tells the listener, soon. Returns at once. */
  void tell(LifecycleEvent event) {
    run(() -> Conductor.tell(listener, event));
  }

  /** Runs a task in the order of the events: one that writes to the log, say. Returns at once. */
  void run(Runnable task) {
    if (waiting.get() >= MOST) {
      dropped.incrementAndGet();
    } else {
      waiting.incrementAndGet();
      add(task);
    }
  }

  private void add(Runnable task) {
    tasks.add(task);
    if (atWork.compareAndSet(false, true)) {
      executor.execute(this::work);
    }
  }

  private void work() {
    thread = Thread.currentThread();
    do {
      while (!tasks.isEmpty()) {
        runAll();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      atWork.set(false);
    } while (!tasks.isEmpty() && atWork.compareAndSet(false, true));
  }

  private void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      try {
        tellOfDropped();
        task.run();
      } catch (RuntimeException | Error e) {
        log.error("A task of a lifecycle listener failed", FailureText.forLog(e));
      }
      ended.incrementAndGet();
      if (!(task instanceof Mark)) {
        waiting.decrementAndGet();
      }
    }
  }

  private void tellOfDropped() {
    int lost = dropped.getAndSet(0);
    if (lost > 0) {
      log.warn("{} events of the lifecycle were not told to {}, which was busy", lost, name);
    }
  }

  /** The number of events that the listener has not taken in, and never will if it is stuck. */
  int behind() {
    return waiting.get() + dropped.get();
  }

  /**
   * Completes, never fails, when the listener has taken in all that it was told until now, or has
   * not done so for a quarter of a second.
   */
  Future<Void> caughtUp() {
    if (waiting.get() == 0) {
      return Future.succeededFuture();
    }
    Promise<Void> reached = Promise.promise();
    Clock.Timer timer = clock.after(PATIENCE, reached::tryComplete);
    mark(
        () -> {
          timer.cancel();
          reached.tryComplete();
        });
    return reached.future();
  }

  /**
   * Waits until the listener has taken in all that it was told until now, for as long as it gets
   * on.
   *
   * @return false if it has taken in nothing for a quarter of a second
   */
  boolean awaitCaughtUp() throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    mark(reached::countDown);
    long before;
    do {
      before = ended.get();
      if (reached.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } while (ended.get() != before);
    return false;
  }

  private void mark(Runnable task) {
    add(new Mark(task));
    LockSupport.unpark(thread);
  }

  /** A place among the events. */
  private record Mark(Runnable reached) implements Runnable {
    @Override
    public void run() {
      reached.run();
    }
  }
}
