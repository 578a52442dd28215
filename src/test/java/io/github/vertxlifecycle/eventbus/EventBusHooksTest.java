package io.github.vertxlifecycle.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a subclass with consumers is called. */
final class EventBusHooksTest {

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private volatile String failing = "";
  private final TestApp app = new TestApp(c -> c.add("bus", Bus::new));

  private final class Bus extends EventBusVerticle {

    private Future<?> call(String what) throws IOException {
      calls.add(what);
      if (what.equals(failing)) {
        throw new IOException("no " + what);
      }
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> prepare() throws IOException {
      return call("prepare");
    }

    @Override
    protected void consumers(Consumers consumers) throws IOException {
      call("consumers");
      consumers.concurrent("work", message -> Future.succeededFuture("done"));
    }

    @Override
    protected Future<?> cleanUp() throws IOException {
      return call("clean up");
    }
  }

  @AfterEach
  void close() {
    app.close();
  }

  private Throwable failureOf(String step) {
    failing = step;
    return Await.failure(app.start(new JsonObject()));
  }

  @Test
  void areCalledFromBeforeTheFirstMessageUntilAfterTheLast() {
    Await.success(app.start(new JsonObject()));
    assertThat(Await.success(app.vertx().eventBus().request("work", "")).body()).isEqualTo("done");
    assertThat(calls).containsExactly("prepare", "consumers");

    Await.success(app.stop());

    assertThat(calls).containsExactly("prepare", "consumers", "clean up");
  }

  @Test
  void nothingIsCleanedUpIfNothingWasPrepared() {
    assertThat(failureOf("prepare")).hasMessageContaining("no prepare");
    assertThat(calls).containsExactly("prepare");
  }

  @Test
  void aFailureWhileConsumersAreDeclaredFailsTheStartAndCleansUp() {
    assertThat(failureOf("consumers")).hasMessageContaining("no consumers");
    assertThat(calls).containsExactly("prepare", "consumers", "clean up");
  }

  @Test
  void aFailureOfTheCleaningUpFailsTheStop() {
    failing = "clean up";
    Await.success(app.start(new JsonObject()));
    Await.success(app.stop());
    assertThat(app.stopped("bus").failure()).hasMessage("no clean up");
  }
}
