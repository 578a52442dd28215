package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.LifecycleEvent.Failed;
import io.github.vertxlifecycle.event.LifecycleEvent.StopBegan;
import io.github.vertxlifecycle.event.LifecycleEvent.Stopped;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.stores.Await;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A component, or the root, that cannot go on. */
final class FailTest {

  private final IllegalStateException lost = new IllegalStateException("the lease is lost");
  private final IllegalStateException later = new IllegalStateException("later");

  private final RecordedApp app = new RecordedApp();
  private final Giving giving = new Giving();

  /** Says at once, if it is to, that it cannot go on. */
  private class Giving extends LifecycleVerticle {
    private boolean inStart;

    @Override
    protected Future<?> onStart() {
      if (inStart) {
        fail(lost);
      }
      return Future.succeededFuture();
    }

    void gives(Throwable cause) {
      fail(cause);
    }
  }

  private final class Parent extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      return vertx.deployVerticle(giving);
    }
  }

  private void started() {
    app.addSpeaking("base");
    app.add("orders", () -> giving, orders -> orders.dependsOn("base"));
    app.started();
  }

  private StopReason reason() {
    return app.recorder.all(StopBegan.class).get(0).reason();
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void stopsAllInOrderForThatReason() {
    started();
    giving.gives(lost);
    Await.until(() -> !app.recorder.all(Stopped.class).isEmpty());
    assertThat(reason())
        .isEqualTo(
            new StopReason(
                StopReason.Kind.FAILED,
                "\"orders\" failed: java.lang.IllegalStateException: the lease is lost"));
    assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("orders", "base");
    assertThat(app.root.timeline().failure()).extracting(Failed::cause).isSameAs(lost);
  }

  @Test
  void countsOnce() {
    started();
    giving.gives(lost);
    giving.gives(later);
    Await.until(() -> !app.recorder.all(Stopped.class).isEmpty());
    assertThat(app.recorder.all(StopBegan.class)).hasSize(1);
    assertThat(app.recorder.all(Failed.class))
        .extracting(Failed::cause)
        .containsExactly(lost, later);
    assertThat(app.root.timeline().failure()).extracting(Failed::cause).isSameAs(lost);
  }

  @Test
  void keepsTheReasonOfAStopThatHasBegun() {
    started();
    Future<Void> asked = app.root.stop(Stage.REQUEST);
    giving.gives(lost);
    await(asked);
    assertThat(reason()).isEqualTo(Stage.REQUEST);
    assertThat(app.root.timeline().failure()).extracting(Failed::cause).isSameAs(lost);
  }

  @Test
  void rollsAStartBackThatIsNotComplete() {
    giving.inStart = true;
    app.addSpeaking("base");
    app.add("orders", () -> giving, orders -> orders.dependsOn("base"));
    app.addSpeaking("top", "orders");
    Throwable failure = awaitFailure(app.deploy());
    assertThat(failure)
        .hasMessageContaining("the start was abandoned: \"orders\" failed:")
        .hasCause(lost);
    assertThat(app.calls.lines()).contains("base stop").doesNotContain("top start");
  }

  @Test
  void ofTheRootStopsAll() {
    started();
    app.root.fail(lost);
    Await.until(() -> !app.recorder.all(Stopped.class).isEmpty());
    assertThat(reason().detail()).isEqualTo("\"Root\" failed: " + lost);
  }

  @Test
  void ofARootThatHasNotBegunLetsItsStartFail() {
    app.addSpeaking("base");
    app.root.fail(lost);
    assertThat(awaitFailure(app.deploy())).hasCause(lost);
    assertThat(app.calls.lines()).isEmpty();
  }

  @Test
  void ofANestedVerticleNamesItsPath() {
    app.add("orders", Parent::new);
    app.started();
    giving.gives(lost);
    await(app.root.stop(Stage.REQUEST));
    assertThat(reason().detail()).isEqualTo("\"orders/Giving\" failed: " + lost);
  }

  @Test
  void isRefusedBeforeTheDeployment() {
    assertThatThrownBy(() -> giving.gives(lost))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before the start")
        .hasCause(lost);
  }
}
