package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentReleasing;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.graph.RandomGraphs;
import io.github.vertxlifecycle.lifecycle.FakeHandle.Step;
import io.github.vertxlifecycle.work.RefusedException;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConductorStopTest {

  private final Stage stage = new Stage();

  private void links() {
    stage.add("postgres").release = Step.millis(3);
    stage.add("redis").release = Step.millis(2);
    stage.add("hits", "postgres", "redis").drain = Step.millis(10);
    stage.add("http", "hits", "postgres").drain = Step.millis(20);
  }

  @Test
  void asksBeforeItDrainsAndWaitsForTheAnswer() {
    stage.add("http");
    stage.announceDelay(Duration.ofSeconds(5));
    Promise<Void> permission = Promise.promise();
    List<Duration> asked = new ArrayList<>();
    stage
        .conductor()
        .askToDrain(
            atMost -> {
              asked.add(atMost);
              return permission.future();
            });
    stage.started().stop();
    stage.advance(7_000);
    assertThat(asked).containsExactly(Duration.ofSeconds(10));
    assertThat(stage.handle("http").calls).containsExactly("announce");

    permission.complete();

    stage.advance(0);
    assertThat(stage.recorder.timedLines())
        .startsWith(
            "0 stop began: SIGTERM",
            "7000 announce ended",
            "7000 http asked: SIGTERM",
            "7000 http draining 0, at most 17 s");
    assertThat(stage.clock.pending()).isZero();
  }

  @Test
  void drainsWithoutAnAnswerWhenHalfOfTheTimeIsOver() {
    stage.add("http");
    stage.conductor().askToDrain(atMost -> Promise.promise().future());
    Future<Void> stopped = stage.started().stop();
    stage.advance(12_500);

    assertThat(stage.recorder.timedLines()).contains("12500 http draining 0, at most 11.5 s");
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.clock.pending()).isZero();
  }

  @Test
  void drainsWithoutAnAnswerWhenItIsEscalated() {
    stage.add("http");
    stage.conductor().askToDrain(atMost -> Promise.promise().future());
    Future<Void> stopped = stage.started().stop();
    stage.conductor().escalate("SIGTERM");

    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.clock.pending()).isZero();
  }

  @Test
  void asksNobodyWhenTheStartFailed() {
    stage.add("postgres");
    stage.add("http", "postgres").start = Step.fails(1, "no port");
    stage.conductor().askToDrain(atMost -> Promise.promise().future());
    Future<Void> started = stage.conductor().start();
    stage.advance(1);

    assertThat(started.failed()).isTrue();
  }

  @Test
  void stopsDependentsBeforeDependenciesAndIndependentOnesTogether() {
    links();
    Future<Void> stopped = stage.started().stop();
    stage.advance(33);
    assertThat(stage.recorder.timedLines())
        .containsExactly(
            "0 stop began: SIGTERM",
            "0 announce ended",
            "0 postgres asked: SIGTERM",
            "0 redis asked: SIGTERM",
            "0 hits asked: SIGTERM",
            "0 http asked: SIGTERM",
            "0 http draining 0, at most 22 s",
            "20 http releasing",
            "20 http CLEAN",
            "20 hits draining 0, at most 23 s",
            "30 hits releasing",
            "30 hits CLEAN",
            "30 postgres draining 0, at most 24 s",
            "30 redis draining 0, at most 24 s",
            "30 postgres releasing",
            "30 redis releasing",
            "32 redis CLEAN",
            "33 postgres CLEAN",
            "33 stopped");
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.conductor().stopFailure()).isNull();
    assertThat(stage.clock.pending()).isZero();
    assertThat(stage.handle("http").calls).containsExactly("announce", "drain", "release", "leave");
  }

  @Test
  void servesOnWhileItAnnounces() {
    stage.announceDelay(Duration.ofSeconds(5));
    stage.add("http").drain = Step.HANGS;
    stage.started().stop();
    assertThat(stage.handle("http").calls).containsExactly("announce");
    assertThat(stage.conductor().component("http").state()).isEqualTo(ComponentState.RUNNING);
    stage.advance(4_999);
    assertThat(stage.handle("http").calls).containsExactly("announce");
    stage.advance(1);
    assertThat(stage.handle("http").calls).containsExactly("announce", "drain");
    assertThat(stage.recorder.timedLines())
        .containsExactly(
            "0 stop began: SIGTERM",
            "5000 announce ended",
            "5000 http asked: SIGTERM",
            "5000 http draining 0, at most 19 s");
  }

  @Test
  void cutsAHungDrainWhenTheReservesBelowItBegin() {
    stage.add("postgres");
    stage.releaseTimeout("postgres", Duration.ofSeconds(4));
    stage.add("hits", "postgres");
    stage.releaseTimeout("hits", Duration.ofSeconds(2));
    FakeHandle http = stage.add("http", "hits");
    http.drain = Step.HANGS;
    http.inFlight = List.of(new WorkInFlight("GET /", "1.2.3.4:5", 7_000_000_000L));
    Future<Void> stopped = stage.started().stop();
    stage.advance(17_999);
    assertThat(http.calls).containsExactly("announce", "drain");
    stage.advance(1);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(http.calls).containsExactly("announce", "drain", "cut", "release", "leave");
    assertThat(stage.recorder.timedLines())
        .contains(
            "0 http draining 1, at most 18 s",
            "18000 http releasing cut GET / from 1.2.3.4:5 after 7 s",
            "18000 http CUT",
            "18000 stopped");
    assertThat(stage.conductor().stopFailure())
        .hasMessage("not every component stopped well: \"http\" CUT");
  }

  @Test
  void isOverWithinItsTimeoutWhenEverythingHangs() {
    for (String name : List.of("postgres", "hits", "http")) {
      FakeHandle handle =
          stage.add(name, name.equals("postgres") ? new String[0] : new String[] {"postgres"});
      handle.drain = Step.HANGS;
      handle.release = Step.HANGS;
    }
    Future<Void> stopped = stage.started().stop();
    stage.advance(24_999);
    assertThat(stopped.isComplete()).isFalse();
    stage.advance(1);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines())
        .contains(
            "23000 hits releasing cut drain after 23 s",
            "23000 http releasing cut drain after 23 s",
            "24000 hits TIMED_OUT",
            "24000 http TIMED_OUT",
            "24000 postgres draining 0, at most 100 ms",
            "24100 postgres releasing cut drain after 100 ms",
            "25000 postgres TIMED_OUT",
            "25000 stopped");
  }

  @Test
  void cutsEarlierIfTheComponentSaysSo() {
    stage.add("http").drain = Step.HANGS;
    stage.drainTimeout("http", Duration.ofSeconds(3));
    stage.started().stop();
    stage.advance(3_000);
    assertThat(stage.recorder.timedLines())
        .contains(
            "0 http draining 0, at most 3 s",
            "3000 http releasing cut drain after 3 s",
            "3000 http CUT",
            "3000 stopped");
  }

  @Test
  void doesNotLetADrainTimeoutEatTheReserves() {
    stage.add("http").drain = Step.HANGS;
    stage.drainTimeout("http", Duration.ofSeconds(60));
    stage.started().stop();
    stage.advance(24_000);
    assertThat(stage.recorder.timedLines()).contains("24000 http releasing cut drain after 24 s");
  }

  @Test
  void letsAReleaseUseWhatTheBudgetHasBeyondTheReservesOfThoseThatComeAfterIt() {
    stage.add("postgres");
    stage.add("http", "postgres").release = Step.millis(23_999);
    Future<Void> stopped = stage.started().stop();
    stage.advance(23_999);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines())
        .contains("0 http releasing", "23999 http CLEAN", "23999 postgres CLEAN");
    assertThat(stage.recorder.all(ComponentReleasing.class))
        .extracting(ComponentReleasing::atMost)
        .containsExactly(Duration.ofSeconds(24), Duration.ofMillis(1_001));
    assertThat(stage.clock.pending()).isZero();
  }

  @Test
  void leavesAReleaseItsReserveWhenADrainHasUsedTheRest() {
    stage.add("postgres");
    FakeHandle http = stage.add("http", "postgres");
    http.drain = Step.HANGS;
    http.release = Step.millis(999);
    stage.started().stop();
    stage.advance(23_999);
    assertThat(stage.recorder.timedLines())
        .contains("23000 http releasing cut drain after 23 s", "23999 http CUT");
  }

  @Test
  void aReleaseBeyondItsReserveStillEndsBeforeTheReservesOfAllThatComeAfterIt() {
    stage.add("disk");
    stage.releaseTimeout("disk", Duration.ofSeconds(3));
    stage.add("postgres", "disk");
    stage.releaseTimeout("postgres", Duration.ofSeconds(4));
    stage.add("http", "postgres").release = Step.HANGS;
    stage.started().stop();
    stage.advance(18_000);
    assertThat(stage.recorder.timedLines())
        .contains("18000 http TIMED_OUT", "18000 postgres CLEAN", "18000 disk CLEAN");
  }

  @Test
  void callsAReleaseThatDoesNotEndTimedOut() {
    stage.add("postgres");
    stage.add("http", "postgres").release = Step.millis(24_500);
    Future<Void> stopped = stage.started().stop();
    stage.advance(24_000);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines())
        .contains("24000 http TIMED_OUT", "24000 postgres CLEAN", "24000 stopped");
    int events = stage.recorder.events().size();
    stage.advance(10_000); // the late answer changes nothing
    assertThat(stage.recorder.events()).hasSize(events);
    assertThat(stage.conductor().stopFailure())
        .hasMessage("not every component stopped well: \"http\" TIMED_OUT");
  }

  @Test
  void goesOnWhenDrainsAndReleasesFail() {
    stage.add("postgres").release = Step.fails(1, "socket gone");
    stage.add("redis");
    FakeHandle http = stage.add("http", "postgres", "redis");
    http.drain = Step.fails(5, "no drain");
    http.release = Step.fails(5, "no release");
    Future<Void> stopped = stage.started().stop();
    stage.advance(11);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines())
        .contains("10 http FAILED: no drain", "10 redis CLEAN", "11 postgres FAILED: socket gone");
    assertThat(stage.conductor().stopFailure())
        .hasMessage(
            "not every component stopped well: \"postgres\" FAILED (socket gone),"
                + " \"http\" FAILED (no drain)");
    ComponentStopped http1 = stage.recorder.all(ComponentStopped.class).get(0);
    assertThat(http1.failure()).hasSuppressedException(http.release.failure());
  }

  @Test
  void endsAllDrainsAtOnceWhenEscalated() {
    links();
    stage.handle("http").drain = Step.HANGS;
    stage.handle("hits").drain = Step.HANGS;
    Future<Void> stopped = stage.started().stop();
    stage.advance(100);
    stage.conductor().escalate("second SIGTERM");
    stage.conductor().escalate("third SIGTERM");
    stage.advance(103);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines().subList(7, 19))
        .containsExactly(
            "100 escalated by second SIGTERM",
            "100 http releasing cut drain after 100 ms",
            "100 http CUT",
            "100 hits draining 0, at most 100 ms",
            "200 hits releasing cut drain after 100 ms",
            "200 hits CUT",
            "200 postgres draining 0, at most 100 ms",
            "200 redis draining 0, at most 100 ms",
            "200 postgres releasing",
            "200 redis releasing",
            "202 redis CLEAN",
            "203 postgres CLEAN");
  }

  @Test
  void leavesAReleaseItsReserveAndNoMoreWhenEscalated() {
    stage.add("postgres");
    stage.add("http", "postgres").release = Step.HANGS;
    Future<Void> stopped = stage.started().stop();
    stage.advance(100);
    stage.conductor().escalate("second SIGTERM");
    stage.advance(900);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines()).contains("1000 http TIMED_OUT", "1000 postgres CLEAN");
  }

  @Test
  void endsAReleaseThatHasUsedUpItsReserveWhenEscalated() {
    stage.add("postgres");
    stage.add("http", "postgres").release = Step.HANGS;
    Future<Void> stopped = stage.started().stop();
    stage.advance(5_000);
    stage.conductor().escalate("second SIGTERM");
    stage.advance(0);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines()).contains("5000 http TIMED_OUT", "5000 postgres CLEAN");
  }

  @Test
  void givesAReleaseThatBeginsAfterAnEscalationItsReserveAndNoMore() {
    stage.add("postgres").release = Step.HANGS;
    stage.add("http", "postgres").drain = Step.HANGS;
    Future<Void> stopped = stage.started().stop();
    stage.advance(5_000);
    stage.conductor().escalate("second SIGTERM");
    stage.advance(1_000);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines()).contains("5000 http CUT", "6000 postgres TIMED_OUT");
  }

  @Test
  void givesADrainAMomentToAnswerEvenWhenEscalated() {
    stage.add("http").drain = Step.millis(99);
    Future<Void> stopped = stage.started().stop();
    stage.advance(10);
    stage.conductor().escalate("second SIGTERM");
    stage.advance(89);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines()).contains("99 http CLEAN");
    assertThat(stage.clock.pending()).isZero();
  }

  @Test
  void cutsADrainThatHasNotAnsweredAndNamesItThoughNothingElseIsInFlight() {
    stage.add("postgres");
    stage.add("http", "postgres").drain = Step.millis(3_000);
    stage.drainTimeout("http", Duration.ofSeconds(1));
    stage.started().stop();
    stage.advance(1_000);
    assertThat(stage.recorder.timedLines())
        .contains("1000 http releasing cut drain after 1 s", "1000 http CUT");
    assertThat(stage.conductor().stopFailure())
        .hasMessage("not every component stopped well: \"http\" CUT");
  }

  @Test
  void keepsTheFailureOfADrainThatAnswersAtItsDeadline() {
    stage.add("http").drain = Step.fails(0, "no drain");
    stage.drainTimeout("http", Duration.ZERO);
    stage.started().stop();
    stage.advance(0);
    assertThat(stage.recorder.timedLines()).contains("0 http FAILED: no drain");
  }

  @Test
  void aReleaseThatADrainHoldsUpGetsItsReserveAndNoMore() {
    stage.add("postgres");
    FakeHandle http = stage.add("http", "postgres");
    http.drain = Step.HANGS;
    http.holdsUp = true;
    stage.drainTimeout("http", Duration.ofSeconds(3));
    stage.started().stop();
    stage.advance(4_000);
    assertThat(stage.recorder.timedLines())
        .contains(
            "3000 http releasing cut drain after 3 s",
            "4000 http CUT: onDrain has not ended, so the release could not begin",
            "4000 postgres CLEAN");
  }

  @Test
  void aReleaseBeginsWhenTheDrainThatHeldItUpAnswersAndMayUseTheBudgetThen() {
    stage.add("postgres");
    FakeHandle http = stage.add("http", "postgres");
    http.drain = Step.millis(3_500);
    http.holdsUp = true;
    http.release = Step.millis(5_000);
    stage.drainTimeout("http", Duration.ofSeconds(3));
    stage.started().stop();
    stage.advance(8_500);
    assertThat(stage.recorder.timedLines())
        .contains(
            "3000 http releasing cut drain after 3 s", "8500 http CUT", "8500 postgres CLEAN");
  }

  @Test
  void endsTheAnnouncementWhenEscalated() {
    stage.announceDelay(Duration.ofSeconds(5));
    stage.add("http");
    Future<Void> stopped = stage.started().stop();
    stage.advance(1_000);
    stage.conductor().escalate("second SIGTERM");
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines())
        .startsWith("0 stop began: SIGTERM", "1000 escalated by second SIGTERM")
        .contains("1000 announce ended")
        .endsWith("1000 stopped");
    assertThat(stage.clock.pending()).isZero();
  }

  @Test
  void takesTwoStopsForOneAndKeepsTheFirstReason() {
    links();
    Future<Void> first = stage.started().stop();
    Future<Void> second = stage.conductor().stop(Stage.REQUEST);
    assertThat(second).isSameAs(first);
    stage.advance(33);
    assertThat(stage.conductor().stop(Stage.REQUEST).succeeded()).isTrue();
    assertThat(stage.recorder.lines()).filteredOn(line -> line.startsWith("stop")).hasSize(2);
    assertThat(stage.conductor().component("http").reason()).isEqualTo(Stage.SIGTERM);
  }

  @Test
  void stopsOneComponentWithItsDependentsAndLeavesTheOthersRunning() {
    links();
    stage.started();
    Future<Void> redis = stage.conductor().stop("redis", Stage.REQUEST);
    stage.advance(32);
    assertThat(redis.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines())
        .containsExactly(
            "0 redis asked: request",
            "0 hits asked: request",
            "0 http asked: request",
            "0 http draining 0, at most 22 s",
            "20 http releasing",
            "20 http CLEAN",
            "20 hits draining 0, at most 23 s",
            "30 hits releasing",
            "30 hits CLEAN",
            "30 redis draining 0, at most 24 s",
            "30 redis releasing",
            "32 redis CLEAN");
    assertThat(stage.conductor().component("postgres").state()).isEqualTo(ComponentState.RUNNING);
    stage.recorder.clear();
    Future<Void> stopped = stage.stop();
    stage.advance(3);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines())
        .containsExactly(
            "32 stop began: SIGTERM",
            "32 announce ended",
            "32 postgres asked: SIGTERM",
            "32 postgres draining 0, at most 24 s",
            "32 postgres releasing",
            "35 postgres CLEAN",
            "35 stopped");
  }

  @Test
  void stopsTheRestWhileOneIsStoppingAlone() {
    links();
    stage.started();
    Future<Void> redis = stage.conductor().stop("redis", Stage.REQUEST);
    stage.advance(25);
    Future<Void> stopped = stage.stop();
    stage.advance(8);
    assertThat(redis.succeeded()).isTrue();
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines()).endsWith("33 postgres CLEAN", "33 stopped");
  }

  @Test
  void givesAComponentThatIsStoppedDuringTheAnnouncementNoMoreTimeThanTheWhole() {
    stage.announceDelay(Duration.ofSeconds(5));
    stage.add("http").drain = Step.HANGS;
    Future<Void> stopped = stage.started().stop();
    stage.advance(4_000);
    stage.conductor().stop("http", Stage.REQUEST);
    stage.advance(20_000);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines())
        .contains("4000 http draining 0, at most 20 s", "24000 stopped");
  }

  @Test
  void refusesToStopWhatItDoesNotKnow() {
    assertThatThrownBy(() -> stage.conductor().stop("nobody", Stage.REQUEST))
        .hasMessage("there is no component \"nobody\"");
  }

  @Test
  void goesOnWhenAListenerThrows() {
    links();
    stage.listener(
        event -> {
          stage.recorder.on(event);
          throw new RefusedException("listener"); // for it has no stack to fill the log with
        });
    Future<Void> started = stage.conductor().start();
    Future<Void> stopped = stage.stop();
    stage.advance(33);
    assertThat(started.succeeded()).isTrue();
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.lines()).contains("started").endsWith("stopped");
  }

  @Test
  void goesThroughAChainOfTenThousandWithoutDeepStacks() {
    Stage deep = Stage.of(RandomGraphs.chain(10_000));
    deep.stopTimeout(Duration.ofHours(10));
    Future<Void> stopped = deep.started().stop();
    assertThat(stopped.succeeded()).isTrue();
    assertThat(deep.recorder.order(ComponentStopped.class))
        .hasSize(10_000)
        .startsWith("c9999", "c9998")
        .endsWith("c1", "c0");
  }

  @Test
  void givesUpAChainOfTenThousandThatNeverStarted() {
    Stage deep = Stage.of(RandomGraphs.chain(10_000));
    deep.handle("c0").start = Step.fails(1, "no");
    Future<Void> started = deep.conductor().start();
    deep.advance(1);
    assertThat(started.cause()).hasMessage("component \"c0\" did not start: no");
  }

  @Test
  void goesThroughTenThousandDependentsOfOne() {
    stage.add("base");
    for (int i = 0; i < 10_000; i++) {
      stage.add("c" + i, "base").release = Step.millis(1);
    }
    Future<Void> stopped = stage.started().stop();
    stage.advance(1);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.order(ComponentStopped.class)).hasSize(10_001).endsWith("base");
  }
}
