package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.StopReason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A root's warm-up application, deployed in a Vert.x of its own while the root runs in another. */
@Timeout(60)
final class WarmUpApplicationTest {

  private final List<String> steps = new CopyOnWriteArrayList<>();
  private final Vertx stage = Vertx.vertx();

  @AfterEach
  void clear() {
    RecordedApp.await(stage.close());
  }

  /** Writes down its steps; its stand-in does so under another name. */
  private final class Told extends LifecycleVerticle {
    private final String who;

    Told(String who) {
      this.who = who;
    }

    private Future<?> step(String what) {
      steps.add(who + " " + what);
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStart() {
      return step("starts");
    }

    @Override
    protected void onAnnounce() {
      var unused = step("hears");
    }

    @Override
    protected Future<?> onDrain() {
      return step("drains");
    }

    @Override
    protected Future<?> onStop() {
      return step("stops");
    }

    @Override
    protected LifecycleVerticle warmUp() {
      return new Told("warmUp");
    }
  }

  private void play(RootVerticle warmUp) {
    String id = RecordedApp.await(stage.deployVerticle(warmUp));
    RecordedApp.await(warmUp.stop(new StopReason(StopReason.Kind.REQUEST, "warmed up")));
    RecordedApp.await(stage.undeploy(id));
  }

  @Test
  void playsEveryStepOfOneUnderstudyPerKind() {
    try (RecordedApp app =
        new RecordedApp(
            components -> {
              components.add("one", () -> new Told("one"));
              components.add("two", () -> new Told("two")).dependsOn("one");
            })) {
      app.started();
      steps.clear();
      play(app.root.warmUp());
      assertThat(steps)
          .containsExactly("warmUp starts", "warmUp hears", "warmUp drains", "warmUp stops");
      assertThat(app.recorder.lines()).isEmpty();
    }
  }

  @Test
  void playsWithoutUnderstudiesToo() {
    try (RecordedApp app =
        new RecordedApp(components -> components.add("only", () -> new LifecycleVerticle() {}))) {
      play(app.root.warmUp());
      assertThat(steps).isEmpty();
    }
  }
}
