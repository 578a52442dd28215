package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentReleasing;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.vertx.VertxInside;
import io.netty.channel.EventLoop;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stops in a Vert.x of which an event loop is of no use any more. */
final class RootBlockedLoopTest {

  private final RecordedApp app = new RecordedApp(8);
  private final RecordedApp onOneLoop = new RecordedApp(1);
  private final CountDownLatch forEver = new CountDownLatch(1);
  private final Promise<Void> releasing = Promise.promise();

  private final class Blocked extends VerticleBase {
    @Override
    public Future<?> stop() throws Exception {
      forEver.await();
      return Future.succeededFuture();
    }
  }

  /** Writes to what it depends on when it drains, if its thread lets it. */
  private final class Flushing extends LifecycleVerticle {
    private final Promise<Void> busy = Promise.promise();
    private final CountDownLatch until = new CountDownLatch(1);

    void block() {
      context.runOnContext(
          v -> {
            busy.complete();
            uninterrupted(until);
          });
      await(busy.future());
    }

    /** Behind all that its context has to do now, and what follows from that. */
    void later(Promise<Void> promise) {
      context.runOnContext(v -> context.runOnContext(w -> promise.complete()));
    }

    @Override
    protected Future<?> onDrain() {
      app.calls.add("flushing");
      return vertx.timer(20).onSuccess(v -> app.calls.add("flushed"));
    }

    @Override
    protected Future<?> onStop() {
      app.calls.add("released");
      return Future.succeededFuture();
    }
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Flushing startedFlushing(ThreadingModel model, String stopTimeout) {
    Flushing flushing = new Flushing();
    app.add("base", app::speaking, base -> base.releaseTimeout(Duration.ofSeconds(5)));
    app.add(
        "busy",
        () -> flushing,
        busy ->
            busy.dependsOn("base")
                .options(new DeploymentOptions().setThreadingModel(model))
                .drainTimeout(Duration.ofMillis(50))
                .releaseTimeout(Duration.ofMillis(300)));
    app.root.listen(
        event -> {
          if (event instanceof ComponentReleasing e && e.component().equals("busy")) {
            releasing.complete();
          }
        });
    app.started(stopTimeout);
    flushing.block();
    return flushing;
  }

  private List<String> callsOfBusy() {
    return app.calls.lines().stream().filter(line -> !line.equals("base announce")).toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER"})
  void aDrainWhoseThreadIsBusyAtItsDeadlineIsCutAndRunsBeforeTheStopAllTheSame(
      ThreadingModel model) {
    Flushing flushing = startedFlushing(model, "100s");
    Future<Void> stopped = app.root.stop(Stage.REQUEST);
    await(releasing.future());
    flushing.until.countDown();
    await(stopped);
    assertThat(callsOfBusy())
        .containsExactly("flushing", "flushed", "released", "base drain", "base stop");
    ComponentStopped busy = app.recorder.all(ComponentStopped.class).get(0);
    assertThat(busy.outcome()).isEqualTo(Outcome.CUT);
    assertThat(busy.cut()).extracting(work -> work.what()).containsExactly("onDrain");
  }

  @Test
  void aDrainThatComesToItsThreadAfterItsDependenciesHaveStoppedIsForgone() {
    Flushing flushing = startedFlushing(ThreadingModel.EVENT_LOOP, "6s");
    await(app.root.stop(Stage.REQUEST).otherwiseEmpty());
    assertThat(app.recorder.lines()).containsSubsequence("busy TIMED_OUT", "base CLEAN");
    assertThat(app.recorder.all(ComponentStopped.class).get(0).cut())
        .extracting(work -> work.what())
        .containsExactly("onDrain");
    flushing.until.countDown();
    Promise<Void> after = Promise.promise();
    flushing.later(after);
    await(after.future());
    assertThat(callsOfBusy()).doesNotContain("flushing").contains("released");
  }

  @AfterEach
  void unblockAndClose() {
    forEver.countDown();
    app.close();
    onOneLoop.close();
  }

  @Test
  void releasesTheOthersWhenOneBlocksItsEventLoopForEver() {
    app.add("base", app::speaking, base -> base.releaseTimeout(Duration.ofSeconds(5)));
    app.add(
        "blocked",
        Blocked::new,
        blocked -> blocked.dependsOn("base").releaseTimeout(Duration.ofMillis(300)));
    app.add(
        "http",
        app::speaking,
        http -> http.dependsOn("blocked").releaseTimeout(Duration.ofMillis(300)));
    String id = app.started("7s");
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.lines())
        .containsSubsequence("http CLEAN", "blocked TIMED_OUT", "base CLEAN", "stopped");
    assertThat(awaitFailure(app.vertx.undeploy(id)))
        .hasMessage("not every component stopped well: \"blocked\" TIMED_OUT");
  }

  @Test
  void isOverInTimeWhenTheOnlyEventLoopIsBlockedForEver() {
    onOneLoop.add("base", onOneLoop::speaking, base -> base.releaseTimeout(Duration.ofMillis(100)));
    onOneLoop.add(
        "blocked",
        Blocked::new,
        blocked -> blocked.dependsOn("base").releaseTimeout(Duration.ofMillis(100)));
    onOneLoop.add(
        "http",
        onOneLoop::speaking,
        http -> http.dependsOn("blocked").releaseTimeout(Duration.ofMillis(1_500)));
    JsonObject lifecycle = new JsonObject().put("stopTimeout", "2s");
    await(onOneLoop.deploy(new JsonObject().put("lifecycle", lifecycle)));
    await(onOneLoop.root.stop(Stage.REQUEST));
    assertThat(onOneLoop.recorder.lines())
        .containsSubsequence("http CLEAN", "blocked TIMED_OUT", "stopped");
    Promise<Void> undeployed = Promise.promise();
    onOneLoop.root.stop(undeployed); // as Vert.x would, had it a thread left
    assertThat(awaitFailure(undeployed.future())).hasMessageContaining("\"blocked\" TIMED_OUT");
  }

  /** A transport's bug ends an event loop, or an error that Netty does not survive. */
  @Test
  void stopsAlsoAComponentWhoseEventLoopHasEnded() {
    Scripted doomed = app.scripted();
    app.addSpeaking("base");
    app.add("doomed", () -> doomed, component -> component.dependsOn("base"));
    app.started();
    EventLoop loop = VertxInside.eventLoop(doomed.where());
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.lines()).contains("doomed FAILED: its event loop has ended");
    assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("doomed", "base");
  }
}
