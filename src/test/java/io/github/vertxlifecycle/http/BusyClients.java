package io.github.vertxlifecycle.http;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that ask, one request behind the other, until they are told to leave, open no new
 * connection then, and keep count. A request that was written and not answered is lost; one that
 * was answered, but not with 200, is shed.
 */
abstract class BusyClients implements AutoCloseable {

  final AtomicInteger answered = new AtomicInteger();
  final AtomicInteger lost = new AtomicInteger();
  final AtomicInteger shed = new AtomicInteger();
  private final CountDownLatch busy;

  /**
   * Makes clients.
   *
   * @param answers how many answers make them busy
   */
  BusyClients(int answers) {
    this.busy = new CountDownLatch(answers);
  }

  final void answered(int status) {
    answered.incrementAndGet();
    busy.countDown();
    if (status != 200) {
      shed.incrementAndGet();
    }
  }

  final void lost() {
    lost.incrementAndGet();
    busy.countDown();
  }

  final boolean awaitBusy(long seconds) throws InterruptedException {
    return busy.await(seconds, TimeUnit.SECONDS);
  }

  /** Waits until all have left. */
  abstract boolean awaitGone(long seconds) throws InterruptedException;

  @Override
  public abstract void close();
}
