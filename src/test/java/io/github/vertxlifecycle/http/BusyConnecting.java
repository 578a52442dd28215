package io.github.vertxlifecycle.http;

import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Busy clients on HTTP/1.1 that open a connection for each request, as a proxy does once it was
 * told {@code Connection: close}. They go on, a thread each, until the system refuses them: being
 * told to leave is nothing to them. Whoever was let in and got no answer is lost.
 */
final class BusyConnecting extends BusyClients {

  private final ExecutorService threads;
  private final CountDownLatch gone;

  BusyConnecting(int clients, int port, boolean tls, String request) {
    super(clients * 3);
    threads = Executors.newFixedThreadPool(clients);
    gone = new CountDownLatch(clients);
    for (int i = 0; i < clients; i++) {
      threads.execute(
          () -> {
            beBusy(port, tls, request);
            gone.countDown();
          });
    }
  }

  private void beBusy(int port, boolean tls, String request) {
    while (!Thread.currentThread().isInterrupted()) {
      try (HttpClientConnection client = new HttpClientConnection(port, tls)) {
        client.send(request);
        answered(client.read().status());
      } catch (ConnectException refused) {
        return;
      } catch (IOException e) {
        lost();
      }
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
