package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps of a stop that throw, whatever becomes of the steps after them. */
final class FailedStepTest {

  private final RecordedApp app = new RecordedApp();
  private final Throwing throwing = new Throwing();

  private static final class Throwing extends LifecycleVerticle {
    private boolean announceThrows;
    private boolean drainThrows;
    private boolean stopThrows;
    private boolean busy;

    @Override
    protected Future<?> onStart() {
      if (busy) {
        track("endless", Promise.promise().future());
      }
      return Future.succeededFuture();
    }

    @Override
    protected void onAnnounce() {
      throwIf(announceThrows, "announce");
    }

    @Override
    protected Future<?> onDrain() {
      throwIf(drainThrows, "drain");
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      throwIf(stopThrows, "stop");
      return Future.succeededFuture();
    }

    private static void throwIf(boolean asked, String step) {
      if (asked) {
        throw new IllegalStateException(step + " throws");
      }
    }
  }

  private final class Parent extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      return vertx.deployVerticle(throwing);
    }
  }

  private ComponentStopped stopped() {
    app.add("orders", () -> throwing, orders -> orders.drainTimeout(Duration.ofMillis(200)));
    app.started();
    await(app.root.stop(Stage.REQUEST));
    return app.recorder.all(ComponentStopped.class).get(0);
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void anAnnouncementThatThrowsFailsTheStop() {
    throwing.announceThrows = true;
    ComponentStopped stopped = stopped();
    assertThat(stopped.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(stopped.failure()).hasMessage("announce throws");
  }

  @Test
  void anAnnouncementThatThrowsIsToldOfADrainThatIsCutToo() {
    throwing.announceThrows = true;
    throwing.busy = true;
    ComponentStopped stopped = stopped();
    assertThat(stopped.outcome()).isEqualTo(Outcome.CUT);
    assertThat(stopped.failure()).hasMessage("announce throws");
  }

  @Test
  void aDrainThatThrowsIsToldIfWorkIsCutToo() {
    throwing.drainThrows = true;
    throwing.busy = true;
    ComponentStopped stopped = stopped();
    assertThat(stopped.outcome()).isEqualTo(Outcome.CUT);
    assertThat(stopped.failure()).hasMessage("drain throws");
  }

  @Test
  void everyStepThatThrowsIsTold() {
    throwing.announceThrows = true;
    throwing.drainThrows = true;
    throwing.stopThrows = true;
    ComponentStopped stopped = stopped();
    assertThat(stopped.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(stopped.failure()).hasMessage("announce throws");
    assertThat(stopped.failure().getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("drain throws", "stop throws");
  }

  @Test
  void anAnnouncementOfANestedVerticleThatThrowsFailsTheStop() {
    throwing.announceThrows = true;
    app.add("orders", Parent::new);
    app.started();
    await(app.root.stop(Stage.REQUEST));
    ComponentStopped stopped = app.recorder.all(ComponentStopped.class).get(0);
    assertThat(stopped.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(stopped.failure()).hasMessage("\"orders/Throwing\": announce throws");
  }

  @Test
  void anAnnouncementThatThrowsFailsTheUndeployOfAVerticleAlone() {
    throwing.announceThrows = true;
    String id = await(app.vertx.deployVerticle(throwing));
    assertThat(awaitFailure(app.vertx.undeploy(id))).hasMessageContaining("announce throws");
  }
}
