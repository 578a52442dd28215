package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.SystemClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which of those that are deployed by hand are kept for the report, and for how long. */
final class HandDeployedMembersTest {

  private static final Deadline IN_AN_HOUR =
      Deadline.in(SystemClock.instance(), Duration.ofHours(1));

  private final Vertx vertx = Vertx.vertx();
  private final HandDeployed all = HandDeployed.open(vertx, new Nothing());

  @AfterEach
  void close() {
    all.forget();
    vertx.close();
  }

  private static final class Nothing extends RootVerticle {
    @Override
    protected void components(Components app) {}
  }

  /** One that stops when the test says so. */
  private static final class Fake implements HandDeployed.Member {
    private final LifecycleTimeline timeline = new LifecycleTimeline();
    private final Promise<Void> stopped = Promise.promise();

    Fake() {
      timeline.on(new LifecycleEvent.ComponentStarting(0, "Fake"));
    }

    void ends(Outcome how) {
      timeline.on(new LifecycleEvent.ComponentStopped(1, "Fake", how, List.of(), null));
      stopped.complete();
    }

    @Override
    public LifecycleTimeline timeline() {
      return timeline;
    }

    @Override
    public String named(String component) {
      return component;
    }

    @Override
    public Future<?> stop(StopReason reason, Deadline end) {
      return stopped.future();
    }

    @Override
    public Future<?> whenStopped() {
      return stopped.future();
    }

    @Override
    public void escalate(String by) {
      ends(Outcome.CUT);
    }

    @Override
    public Collection<String> giveUp(Collection<Thread> threads) {
      return List.of();
    }

    @Override
    public List<Thread> virtualThreads() {
      return List.of();
    }
  }

  private void endInService(Outcome how) {
    Fake one = new Fake();
    all.add(one);
    one.ends(how);
  }

  @Test
  void namesWhatRunsAsNotEnded() {
    all.add(new Fake());

    assertThat(all.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(all.timelines())
        .singleElement()
        .satisfies(one -> assertThat(one.name()).isEqualTo("Fake (deployed by hand)"));
  }

  @Test
  void forgetsWhatEndedCleanInService() {
    endInService(Outcome.CLEAN);

    assertThat(all.timelines()).isEmpty();
    assertThat(all.outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void keepsTheWorstOfThoseThatDidNotHoweverManyThereAre() {
    for (int i = 0; i < 150; i++) {
      endInService(Outcome.FAILED);
    }
    endInService(Outcome.CUT);
    for (int i = 0; i < 150; i++) {
      endInService(Outcome.FAILED);
    }

    assertThat(all.timelines()).hasSize(100);
    assertThat(all.outcome()).isEqualTo(Outcome.CUT);
  }

  @Test
  void keepsWhatEndsInTheStopAndTakesNoMoreThen() {
    Fake one = new Fake();
    all.add(one);
    Future<?> stopped = all.stop(new StopReason(StopReason.Kind.SIGNAL, "SIGTERM"), IN_AN_HOUR);
    assertThat(stopped.isComplete()).isFalse();
    one.ends(Outcome.CLEAN);

    assertThat(stopped.succeeded()).isTrue();
    assertThat(all.timelines()).hasSize(1);
    assertThatThrownBy(() -> all.add(new Fake())).hasMessageContaining("has stopped");
  }

  @Test
  void escalatesTheStopThatGoesOnOrIsToCome() {
    all.add(new Fake());
    all.escalate("a second signal");
    assertThat(all.outcome()).isEqualTo(Outcome.TIMED_OUT);
    all.stop(new StopReason(StopReason.Kind.SIGNAL, "SIGTERM"), IN_AN_HOUR);

    assertThat(all.outcome()).isEqualTo(Outcome.CUT);
  }

  @Test
  void isFoundByItsVertxUntilThatHasClosed() {
    assertThat(HandDeployed.in(vertx)).isSameAs(all);
    all.forget();
    assertThat(HandDeployed.in(vertx)).isNull();
  }

  /** As Vert.x has it, whoever stops it. */
  @Test
  void stopsWhatOneHasDeployedBeforeTheOne() {
    RecordedApp.Calls calls = new RecordedApp.Calls();
    Scripted one = new Scripted(calls);
    one.start =
        () ->
            vertx.deployVerticle(
                new VerticleBase() {
                  @Override
                  public Future<?> stop() {
                    return vertx.timer(50).onSuccess(v -> calls.add("inside stopped"));
                  }
                });
    RecordedApp.await(vertx.deployVerticle(one));

    RecordedApp.await(all.stop(new StopReason(StopReason.Kind.SIGNAL, "SIGTERM"), IN_AN_HOUR));
    assertThat(calls.lines())
        .containsExactly("Scripted announce", "Scripted drain", "inside stopped", "Scripted stop");
    assertThat(all.outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(vertx.deploymentIDs()).isEmpty();
  }

  @Test
  void namesTheFailedStopOfWhatOneHasDeployed() {
    RecordedApp.Calls calls = new RecordedApp.Calls();
    Scripted one = new Scripted(calls);
    one.start =
        () ->
            vertx.deployVerticle(
                new VerticleBase() {
                  @Override
                  public Future<?> stop() {
                    return Future.failedFuture("disk full");
                  }
                });
    RecordedApp.await(vertx.deployVerticle(one));

    RecordedApp.await(all.stop(new StopReason(StopReason.Kind.SIGNAL, "SIGTERM"), IN_AN_HOUR));
    assertThat(calls.lines()).endsWith("Scripted stop");
    assertThat(all.outcome()).isEqualTo(Outcome.FAILED);
  }
}
