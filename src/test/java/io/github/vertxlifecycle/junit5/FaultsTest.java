package io.github.vertxlifecycle.junit5;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Steps that go wrong on purpose, and what start and stop make of them. */
@Tag("integration")
final class FaultsTest {

  private static final long PATIENCE_SECONDS = 120;

  private final List<String> steps = new CopyOnWriteArrayList<>();
  private TestApplication app;

  /** An application that says what it does. */
  private final class StepsApp extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add("store", () -> new Saying("store"));
      app.add("web", () -> new Saying("web")).dependsOn("store");
      app.add("plain", () -> new AbstractVerticle() {});
    }
  }

  private final class Saying extends LifecycleVerticle {
    private final String name;

    Saying(String name) {
      this.name = name;
    }

    private Future<?> say(String step) {
      steps.add(name + " " + step);
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStart() {
      return say("starts");
    }

    @Override
    protected Future<?> onDrain() {
      return say("drains");
    }

    @Override
    protected Future<?> onStop() {
      return say("releases");
    }
  }

  private TestApplication start(String config, StepFault... faults) {
    TestSetup setup = new TestSetup(StepsApp::new);
    setup.config(TestConfiguration.text(config));
    for (StepFault fault : faults) {
      setup.fault(fault);
    }
    app = TestApplication.start(setup, "FaultsTest");
    return app;
  }

  @AfterEach
  void close() {
    if (app != null) {
      app.close();
      app = null;
    }
  }

  @Test
  void aStartThatFailsIsRolledBack() {
    IllegalStateException cause = new IllegalStateException("no licence");

    assertThatThrownBy(() -> start("", Faults.failing("web", Step.START, cause)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no licence")
        .hasStackTraceContaining("IllegalStateException: no licence");
    assertThat(steps).contains("store starts", "store releases").doesNotContain("web starts");
  }

  @Test
  void aStartThatDoesNotEndIsAbandonedAtItsTimeout() {
    assertThatThrownBy(
            () ->
                start(
                    "store { startTimeout = 100ms, releaseTimeout = 100ms }",
                    Faults.neverEnding("store", Step.START)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("store");
    assertThat(steps).doesNotContain("store starts", "web starts");
  }

  @Test
  void aDrainThatFailsOrThrowsFailsTheStopWhichGoesOn() {
    for (StepFault fault :
        List.of(Faults.failing("web", Step.DRAIN), Faults.throwing("web", Step.DRAIN))) {
      steps.clear();
      close();
      StopResult stop = start("", fault).stop();

      assertThat(stop.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(stop.text()).contains(fault + ", as the test has asked for");
      assertThat(steps)
          .containsSubsequence("web drains", "web releases", "store drains", "store releases");
      assertThat(fault.hasHappened()).isTrue();
    }
  }

  @Test
  void aReleaseThatFailsFailsTheStop() {
    StopResult stop = start("", Faults.failing("store", Step.RELEASE)).stop();

    assertThat(stop.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(stop.stopped()).containsSubsequence("web", "store");
    assertThat(steps).contains("store releases");
  }

  @Test
  void aReleaseThatDoesNotEndIsTimedOut() {
    StopResult stop =
        start(
                "lifecycle.stopTimeout = 1s, store.releaseTimeout = 100ms, web.releaseTimeout = 100ms, plain.releaseTimeout = 100ms",
                Faults.neverEnding("web", Step.RELEASE))
            .stop();

    assertThat(stop.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(stop.text()).contains("web");
  }

  @Test
  void aDrainGoesOnWhenItsFaultIsEnded() {
    StepFault hangs = Faults.neverEnding("web", Step.DRAIN);
    start("", hangs);
    assertThat(hangs.hasHappened()).isFalse();

    Future<StopResult> stop = app.beginStop();
    hangs.awaitHappened();
    assertThat(stop.isComplete()).isFalse();
    hangs.end();

    assertThat(app.stop()).isClean().cutNothing();
  }

  @Test
  void aDrainThatDoesNotEndIsCutByASecondStop() {
    StepFault hangs = Faults.neverEnding("web", Step.DRAIN);
    start("web.releaseTimeout = 100ms", hangs).beginStop();
    hangs.awaitHappened();

    app.escalate();

    assertThat(app.stop().cut()).containsKey("web");
  }

  @Test
  void aDrainThatDoesNotEndIsCutAtTheDeadline() {
    StopResult stop =
        start(
                "web { drainTimeout = 100ms, releaseTimeout = 100ms }",
                Faults.neverEnding("web", Step.DRAIN))
            .stop();

    assertThat(stop.cut()).containsOnlyKeys("web");
    assertThat(stop.cut().get("web")).singleElement().asString().contains("onDrain");
  }

  @Test
  void aStepIsLate() {
    Duration delay = Duration.ofMillis(150);

    StopResult stop = start("", Faults.slow("web", Step.DRAIN, delay)).stop();

    assertThat(stop).isClean();
    assertThat(stop.duration()).isGreaterThanOrEqualTo(delay);
  }

  @Test
  void aStepThatBlocksItsThreadHoldsTheStopUpUntilItIsEnded() throws Exception {
    StepFault blocks = Faults.blocking("web", Step.RELEASE);
    start("", blocks);

    Future<StopResult> stop = app.beginStop();
    blocks.awaitHappened();
    assertThat(stop.isComplete()).isFalse();
    blocks.end();

    assertThat(app.stop()).isClean();
  }

  @Test
  void aBlockedThreadHoldsItsComponentUpUntilItIsFree() throws Exception {
    start("");
    CountDownLatch free = new CountDownLatch(1);
    Future<StopResult> stop;
    try (BlockedThread blocked = app.blockThread("web")) {
      stop = app.beginStop();
      stop.onComplete(done -> free.countDown());
      assertThat(free.await(200, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(steps).doesNotContain("web drains");
      assertThat(blocked.isBlocked()).isTrue();
    }

    assertThat(free.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(app.stop()).isClean();
    assertThat(steps).containsSubsequence("web drains", "store drains");
  }

  @Test
  void aFaultThatCannotHappenFailsTheStart() {
    assertThatThrownBy(() -> start("", Faults.failing("wbe", Step.DRAIN)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("there is no component \"wbe\"; there are store, web, plain");
    assertThatThrownBy(() -> start("", Faults.failing("plain", Step.DRAIN)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("plain is no LifecycleVerticle");
    start("");
    assertThatThrownBy(() -> app.blockThread("plain")).hasMessageContaining("no LifecycleVerticle");
    assertThatThrownBy(() -> app.blockThread("wbe")).hasMessageContaining("wbe");
  }
}
