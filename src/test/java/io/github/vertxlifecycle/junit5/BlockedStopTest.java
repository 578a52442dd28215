package io.github.vertxlifecycle.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application that blocks its event loop for ever holds up its own test, for a limited time. */
@Tag("integration")
@Tag("slow")
final class BlockedStopTest {

  private static final CountDownLatch FREED = new CountDownLatch(1);

  /** Waits in its release, on its event loop. */
  static final class BlockingApp extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add(
          "blocking",
          () ->
              new LifecycleVerticle() {
                @Override
                protected Future<?> onStop() throws InterruptedException {
                  FREED.await();
                  return Future.succeededFuture();
                }
              });
    }
  }

  static final class BlockingCase {
    @RegisterExtension
    final LifecycleExtension app =
        LifecycleExtension.of(BlockingApp::new).config("lifecycle.stopTimeout = 1s");

    @Test
    void doesNothing() {}
  }

  @AfterEach
  void freeIt() {
    FREED.countDown();
  }

  @Test
  void failsTheTestThatItRanFor() {
    assertThat(Fixtures.failure(BlockingCase.class))
        .hasMessageContaining(
            "BlockingApp, started for BlockingCase.doesNothing(), did not stop clean: TIMED_OUT")
        .hasMessageContaining("\"blocking\" did not end in time. Its release has no end");
  }
}
