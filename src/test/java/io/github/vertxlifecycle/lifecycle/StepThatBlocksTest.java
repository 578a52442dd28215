package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step that blocks its thread is named, and not the one that waits behind it for that thread. */
final class StepThatBlocksTest {

  private final RecordedApp app = new RecordedApp();
  private final CountDownLatch end = new CountDownLatch(1);

  /** Blocks its thread in one of its steps until the test ends. */
  private final class Blocking extends LifecycleVerticle {
    private final String step;

    Blocking(String step) {
      this.step = step;
    }

    @Override
    protected void onAnnounce() throws InterruptedException {
      maybeBlock("onAnnounce");
    }

    @Override
    protected Future<?> onDrain() throws InterruptedException {
      maybeBlock("onDrain");
      return step.equals("onDrainAbandoned")
          ? Promise.promise().future()
          : Future.succeededFuture();
    }

    @Override
    protected void onDrainAbandoned() throws InterruptedException {
      maybeBlock("onDrainAbandoned");
    }

    private void maybeBlock(String now) throws InterruptedException {
      if (now.equals(step)) {
        end.await();
      }
    }
  }

  private static final class Parent extends LifecycleVerticle {
    private final LifecycleVerticle child;

    Parent(LifecycleVerticle child) {
      this.child = child;
    }

    @Override
    protected Future<?> onStart() {
      return vertx.deployVerticle(
          child, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
    }
  }

  private ComponentStopped stopOf(LifecycleVerticle verticle, ThreadingModel threads) {
    app.add(
        "orders",
        () -> verticle,
        orders ->
            orders
                .options(new DeploymentOptions().setThreadingModel(threads))
                .drainTimeout(Duration.ofMillis(300))
                .releaseTimeout(Duration.ofMillis(300)));
    app.started();
    await(app.root.stop(Stage.REQUEST));
    return app.recorder.all(ComponentStopped.class).get(0);
  }

  private static void names(ComponentStopped stop, String cut, String heldUpBy) {
    assertThat(stop.cut()).singleElement().satisfies(one -> assertThat(one.what()).isEqualTo(cut));
    assertThat(stop.failure())
        .hasMessage(heldUpBy + " has not ended, so the release could not begin");
  }

  @AfterEach
  void closeVertx() {
    end.countDown();
    app.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"EVENT_LOOP", "WORKER"})
  void anAnnouncement(ThreadingModel threads) {
    names(stopOf(new Blocking("onAnnounce"), threads), "onAnnounce", "onAnnounce");
  }

  @Test
  void aDrain() {
    names(stopOf(new Blocking("onDrain"), ThreadingModel.EVENT_LOOP), "onDrain", "onDrain");
  }

  @Test
  void aDrainThatIsAbandoned() {
    names(
        stopOf(new Blocking("onDrainAbandoned"), ThreadingModel.EVENT_LOOP),
        "onDrain",
        "onDrainAbandoned");
  }

  @Test
  void anAnnouncementOfANestedVerticle() {
    names(
        stopOf(new Parent(new Blocking("onAnnounce")), ThreadingModel.EVENT_LOOP),
        "orders/Blocking: onAnnounce",
        "orders/Blocking: onAnnounce");
  }
}
