package io.github.vertxlifecycle.http;

import java.io.IOException;

/** Busy clients on HTTP/1.1 keep-alive connections, a thread each. */
final class BusyHttp1 extends BusyClients {

  BusyHttp1(int clients, int port, boolean tls, String path) {
    super(clients, clients * 3);
    for (int i = 0; i < clients; i++) {
      begin(() -> beBusy(port, tls, path));
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
    }
  }
}
