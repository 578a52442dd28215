package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise: no request of a busy client is lost or shed, five stops each. */
@Tag("integration")
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

  @Test
  void losesNoRequestThatAWorkerAnswers() throws Exception {
    losesNoRequestThatAnotherThreadAnswers(ThreadingModel.WORKER);
  }

  /** The build leaves this one out on an older JDK. */
  @Tag("jdk21")
  @Test
  void losesNoRequestThatAVirtualThreadAnswers() throws Exception {
    assertThat(Runtime.version().feature())
        .as("the JDK, which has virtual threads from 21 on")
        .isGreaterThanOrEqualTo(21);
    losesNoRequestThatAnotherThreadAnswers(ThreadingModel.VIRTUAL_THREAD);
  }

  private void losesNoRequestThatAnotherThreadAnswers(ThreadingModel threads) throws Exception {
    losesNothing(http(), threads, port -> new BusyHttp1(16, port, false, "/later"));
    losesNothing(http(), threads, port -> new BusyHttp2(4, 4, port, false, "/later"));
  }
}
