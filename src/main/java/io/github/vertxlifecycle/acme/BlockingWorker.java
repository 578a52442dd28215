package io.github.vertxlifecycle.acme;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs blocking calls on a worker thread of its own, one at a time, and interrupts them on demand.
 * Vert.x warns of a call that takes longer than {@value #LONGEST_MINUTES} minutes.
 */
final class BlockingWorker {

  private static final int LONGEST_MINUTES = 10;

  private final WorkerExecutor workers;
  private @Nullable Thread running; // guarded by this
  private boolean over; // guarded by this

  BlockingWorker(Vertx vertx, String name) {
    workers = vertx.createSharedWorkerExecutor(name, 1, LONGEST_MINUTES, TimeUnit.MINUTES);
  }

  /** Fails with the exception that the code throws, or if there is no worker any more. */
  <T> Future<T> run(Callable<T> code) {
    try {
      return workers.executeBlocking(() -> interruptibly(code), false);
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(e);
    }
  }

  private <T> T interruptibly(Callable<T> code) throws Exception {
    synchronized (this) {
      if (over) {
        throw new InterruptedException();
      }
      running = Thread.currentThread();
    }
    try {
      return code.call();
    } finally {
      synchronized (this) {
        running = null;
        Thread.interrupted(); // the thread is not ours to leave interrupted
      }
    }
  }

  /** Interrupts the running call, if there is one, and takes no more. */
  synchronized void end() {
    over = true;
    if (running != null) {
      running.interrupt();
    }
  }
}
