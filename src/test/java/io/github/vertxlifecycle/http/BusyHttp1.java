package io.github.vertxlifecycle.http;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Busy clients on HTTP/1.1 keep-alive connections, a thread each. */
final class BusyHttp1 extends BusyClients {

  private final ExecutorService threads;
  private final CountDownLatch gone;

  BusyHttp1(int clients, int port, boolean tls, String path) {
    super(clients * 3);
    threads = Executors.newFixedThreadPool(clients);
    gone = new CountDownLatch(clients);
    for (int i = 0; i < clients; i++) {
      threads.execute(() -> beBusy(port, tls, path));
    }
  }

  private void beBusy(int port, boolean tls, String path) {
    try (HttpClientConnection client = new HttpClientConnection(port, tls)) {
      HttpClientConnection.Answer answer;
      do {
        answer = client.request(path);
        answered(answer.status());
      } while (!answer.saysClose());
    } catch (IOException e) {
      lost();
    } finally {
      gone.countDown();
    }
  }

  @Override
  boolean awaitGone(long seconds) throws InterruptedException {
    return gone.await(seconds, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
