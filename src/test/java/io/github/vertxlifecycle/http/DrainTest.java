package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.vertxlifecycle.vertx.VertxInside;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promise: no request of a busy client is lost or shed, five stops each. */
final class DrainTest extends ServerTest {

  private static final int STOPS = 5;

  @TempDir Path directory;

  private void losesNothing(JsonObject config, IntFunction<BusyClients> clients)
      throws InterruptedException {
    for (int stop = 0; stop < STOPS; stop++) {
      losesNothing(config, ThreadingModel.EVENT_LOOP, clients);
    }
  }

  private void losesNothing(
      JsonObject config, ThreadingModel threads, IntFunction<BusyClients> clients)
      throws InterruptedException {
    App app = start(config, new DeploymentOptions().setInstances(2).setThreadingModel(threads));
    try (BusyClients busy = clients.apply(port)) {
      assertThat(busy.awaitBusy(PATIENCE_SECONDS)).isTrue();
      await(app.stop(STOP));
      assertThat(busy.awaitGone(PATIENCE_SECONDS)).isTrue();
      assertThat(busy.lost).as("lost of %s", busy.answered).hasValue(0);
      assertThat(busy.shed).as("shed of %s", busy.answered).hasValue(0);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
    events.clear();
  }

  @Test
  void losesNoRequestOfBusyKeepAliveClients() throws Exception {
    losesNothing(http(), port -> new BusyHttp1(64, port, false, "/later"));
  }

  @Test
  void losesNoRequestOfBusyKeepAliveClientsOverTls() throws Exception {
    losesNothing(Certificates.tls(directory), port -> new BusyHttp1(64, port, true, "/later"));
  }

  @Test
  void losesNoStreamOfBusyHttp2Clients() throws Exception {
    losesNothing(http(), port -> new BusyHttp2(16, 8, port, false, "/later"));
  }

  @Test
  void losesNoStreamOfBusyHttp2ClientsOverTls() throws Exception {
    losesNothing(Certificates.tls(directory), port -> new BusyHttp2(16, 8, port, true, "/later"));
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"WORKER", "VIRTUAL_THREAD"})
  void losesNoRequestThatAnotherThreadAnswers(ThreadingModel threads) throws Exception {
    assumeTrue(threads == ThreadingModel.WORKER || VertxInside.hasVirtualThreads(vertx));
    losesNothing(http(), threads, port -> new BusyHttp1(16, port, false, "/later"));
    losesNothing(http(), threads, port -> new BusyHttp2(4, 4, port, false, "/later"));
  }
}
