package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Requests that are answered on another thread than their connection's: each is found there, while
 * others come and go on the connection.
 */
@Tag("integration")
final class OtherThreadTest extends ServerTest {

  private static final int REQUESTS = 30_000;
  private static final int PIPELINED = 100;

  private App startWorker() {
    return start(http(), new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
  }

  @Test
  void refusesNoStreamAmongManyOfAConnection() throws Exception {
    App app = startWorker();
    try (BusyClients busy = new BusyHttp2(2, 64, REQUESTS, port, false, "/hello")) {
      assertThat(busy.awaitBusy(PATIENCE_SECONDS)).isTrue();
      await(app.stop(STOP));
      assertThat(busy.awaitGone(PATIENCE_SECONDS)).isTrue();
      assertThat(busy.shed).as("shed of %s", busy.answered).hasValue(0);
      assertThat(busy.lost).as("lost of %s", busy.answered).hasValue(0);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void refusesNoFirstStreamOfManyConnections() throws Exception {
    App app = startWorker();
    for (int i = 0; i < 300; i++) {
      try (BusyClients busy = new BusyHttp2(4, 4, port, false, "/hello")) {
        assertThat(busy.awaitBusy(PATIENCE_SECONDS)).isTrue();
        assertThat(busy.shed).as("shed of %s", busy.answered).hasValue(0);
      }
    }
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void refusesNoFirstRequestOfManyConnections() throws Exception {
    App app = startWorker();
    for (int i = 0; i < 2000; i++) {
      try (HttpClientConnection client = new HttpClientConnection(port)) {
        assertThat(client.request("/hello").status()).as("request %s", i).isEqualTo(200);
      }
    }
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void refusesNoPipelinedRequest() throws Exception {
    App app = startWorker();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      for (int sent = 0; sent < REQUESTS; sent += PIPELINED) {
        client.send(HttpClientConnection.get("/hello").repeat(PIPELINED));
        for (int i = 0; i < PIPELINED; i++) {
          assertThat(client.read().status()).isEqualTo(200);
        }
      }
    }
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
