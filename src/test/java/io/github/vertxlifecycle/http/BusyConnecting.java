package io.github.vertxlifecycle.http;

import java.io.IOException;
import java.net.ConnectException;

/**
 * Busy clients on HTTP/1.1 that open a connection for each request, as a proxy does once it was
 * told {@code Connection: close}. They go on, a thread each, until the system refuses them: being
 * told to leave is nothing to them. Whoever was let in and got no answer is lost.
 */
final class BusyConnecting extends BusyClients {

  BusyConnecting(int clients, int port, boolean tls, String request) {
    super(clients, clients * 3);
    for (int i = 0; i < clients; i++) {
      begin(() -> beBusy(port, tls, request));
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
}
