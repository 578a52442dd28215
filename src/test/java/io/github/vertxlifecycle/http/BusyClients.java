package io.github.vertxlifecycle.http;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
  private final CountDownLatch gone;
  private final ExecutorService threads;

  /**
   * Makes clients, which do nothing yet.
   *
   * @param clients how many, a thread each
   * @param answers how many answers make them busy
   */
  BusyClients(int clients, int answers) {
    busy = new CountDownLatch(answers);
    gone = new CountDownLatch(clients);
    threads = Executors.newFixedThreadPool(clients);
  }

  /** Has one more client begin; it is gone when that has ended. */
  final void begin(Runnable client) {
    threads.execute(
        () -> {
          try {
            client.run();
          } finally {
            gone.countDown();
          }
        });
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
  final boolean awaitGone(long seconds) throws InterruptedException {
    return gone.await(seconds, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
