package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stops of which one component's goes wrong, and what a component hears of a stop. */
final class RootStopTest {

  private final RecordedApp app = new RecordedApp();
  private final Scripted bad = app.scripted();

  private static final class ThrowingStop extends VerticleBase {
    @Override
    public Future<?> stop() {
      throw new IllegalStateException("thrown");
    }
  }

  private static final class NeverStopping extends AbstractVerticle {
    @Override
    public void stop(Promise<Void> promise) {}
  }

  private static final class SlowlyStopping extends AbstractVerticle {
    @Override
    public void stop(Promise<Void> promise) {
      vertx.setTimer(500, id -> promise.complete());
    }
  }

  /** Drains until it hears that nobody waits. */
  private final class Patient extends LifecycleVerticle {
    private final Promise<Void> drain;

    Patient(Promise<Void> drain) {
      this.drain = drain;
    }

    @Override
    protected Future<?> onDrain() {
      app.calls.add("bad drain");
      return drain.future();
    }

    @Override
    protected void onDrainAbandoned() {
      app.calls.add("bad abandoned");
      vertx.setTimer(50, id -> drain.complete());
    }

    @Override
    protected Future<?> onStop() {
      app.calls.add("bad stop");
      return Future.succeededFuture();
    }
  }

  /** Asks for the reason in both steps of its stop. */
  private static final class Asking extends LifecycleVerticle {
    private final List<StopReason> reasons = new CopyOnWriteArrayList<>();

    private Future<?> ask() {
      reasons.add(stopReason());
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onDrain() {
      return ask();
    }

    @Override
    protected Future<?> onStop() {
      return ask();
    }
  }

  /** Has work in flight that never ends. */
  private static final class EndlesslyBusy extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      track("GET /slow", Promise.promise().future());
      return Future.succeededFuture();
    }
  }

  private String stopTimeout = "100s";

  private String started(Deployable one, Duration limit) {
    app.addSpeaking("base");
    app.add(
        "bad",
        () -> one,
        component -> component.dependsOn("base").drainTimeout(limit).releaseTimeout(limit));
    return app.started(stopTimeout);
  }

  /** Also makes sure that the others stop all the same. */
  private String failureOf(Deployable one, Duration limit) {
    String id = started(one, limit);
    Throwable failure = awaitFailure(app.vertx.undeploy(id));
    assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("bad", "base");
    assertThat(app.calls.lines()).endsWith("base drain", "base stop");
    assertThat(failure).isInstanceOf(StopFailedException.class);
    return failure.getMessage();
  }

  private String failureOf(Deployable one) {
    return failureOf(one, Duration.ofSeconds(10));
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void goesOnWhenAStopThrows() {
    assertThat(failureOf(new ThrowingStop()))
        .isEqualTo("not every component stopped well: \"bad\" FAILED (thrown)");
  }

  @Test
  void goesOnWhenADrainThrows() {
    bad.drain =
        () -> {
          throw new IllegalStateException("drain thrown");
        };
    assertThat(failureOf(bad))
        .isEqualTo("not every component stopped well: \"bad\" FAILED (drain thrown)");
  }

  @Test
  void goesOnWhenAStopReturnsNull() {
    bad.stop = Scripted::returnsNull;
    assertThat(failureOf(bad))
        .isEqualTo(
            "not every component stopped well: \"bad\" FAILED (onStop returned null;"
                + " return Future.succeededFuture() if nothing is to wait for)");
  }

  @Test
  void goesOnWhenAStopNeverEnds() {
    stopTimeout = "12s"; // of which ten are for base
    assertThat(failureOf(new NeverStopping(), Duration.ofMillis(300)))
        .isEqualTo("not every component stopped well: \"bad\" TIMED_OUT");
  }

  /** What Vert.x's own kinds close, a Kafka consumer say, knows nothing of our second. */
  @Test
  void letsAStopOfAnotherKindTakeLongerThanItsReserve() {
    started(new SlowlyStopping(), Duration.ofMillis(100));
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.lines()).containsSubsequence("bad CLEAN", "base CLEAN", "stopped");
  }

  @Test
  void doesNotStopBesideADrainThatNeverEnds() {
    bad.drain = () -> Promise.promise().future();
    started(bad, Duration.ofMillis(300));
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.lines())
        .containsSubsequence(
            "bad CUT: onDrain has not ended, so the release could not begin", "base CLEAN");
    assertThat(app.calls.lines()).contains("base stop").doesNotContain("bad stop");
  }

  @Test
  void stopsWhenALateDrainHasEndedAndWasToldThatNobodyWaits() {
    Promise<Void> drain = Promise.promise();
    started(new Patient(drain), Duration.ofSeconds(5)); // a drain that lasts until it is abandoned
    Future<Void> stopped = app.root.stop(Stage.REQUEST);
    app.root.escalate("second SIGTERM");
    await(stopped);
    assertThat(app.calls.lines())
        .filteredOn(line -> line.startsWith("bad"))
        .containsExactly("bad drain", "bad abandoned", "bad stop");
    assertThat(app.recorder.lines()).contains("bad CUT");
    assertThat(app.recorder.all(ComponentStopped.class).get(0).cut())
        .extracting(work -> work.what())
        .containsExactly("onDrain");
  }

  @Test
  void namesADrainBesideOlderWorkThatHangsToo() {
    bad.start =
        () -> {
          bad.tracks("GET /slow", Promise.promise().future());
          return Future.succeededFuture();
        };
    bad.drain = () -> Promise.promise().future();
    started(bad, Duration.ofMillis(500));
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.all(ComponentStopped.class).get(0).cut())
        .extracting(work -> work.what())
        .containsExactly("GET /slow", "onDrain");
  }

  @Test
  void namesTheWorkOfADrainThatTracksItInsteadOfTheDrain() {
    bad.drain = () -> bad.tracks("flush", Promise.promise().future());
    started(bad, Duration.ofMillis(500));
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.all(ComponentStopped.class).get(0).cut())
        .extracting(work -> work.what())
        .containsExactly("flush");
  }

  @Test
  void cutsADrainThatNeverEndsAndNamesIt() {
    bad.drain = () -> Promise.promise().future();
    started(bad, Duration.ofSeconds(1));
    await(app.root.stop(Stage.REQUEST));
    ComponentStopped stopped = app.recorder.all(ComponentStopped.class).get(0);
    assertThat(stopped.outcome()).isEqualTo(Outcome.CUT);
    assertThat(stopped.cut()).extracting(work -> work.what()).containsExactly("onDrain");
  }

  @Test
  void tellsTheReasonToDrainAndStop() {
    Asking asking = new Asking();
    app.add("a", () -> asking);
    app.started();
    await(app.root.stop(Stage.SIGTERM));
    assertThat(asking.reasons).containsExactly(Stage.SIGTERM, Stage.SIGTERM);
  }

  @Test
  void endsDrainsWhenEscalated() {
    app.add("http", EndlesslyBusy::new);
    app.started();
    Future<Void> stopped = app.root.stop(Stage.SIGTERM);
    app.root.escalate("second SIGTERM");
    await(stopped);
    ComponentStopped http = app.recorder.all(ComponentStopped.class).get(0);
    assertThat(http.cut()).extracting(work -> work.what()).containsExactly("GET /slow");
  }
}
