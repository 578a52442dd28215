package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.lifecycle.FakeHandle.Step;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConductorStartTest {

  private final Stage stage = new Stage();

  @Test
  void startsEachAsSoonAsItsDependenciesRunAndTellsInOrder() {
    stage.add("postgres").start = Step.millis(30);
    stage.add("redis").start = Step.millis(10);
    stage.add("hits", "redis").start = Step.millis(5);
    stage.add("http", "postgres", "hits").start = Step.millis(1);
    Future<Void> started = stage.conductor().start();
    stage.advance(31);
    assertThat(stage.recorder.timedLines())
        .containsExactly(
            "0 start began",
            "0 postgres starting",
            "0 redis starting",
            "10 redis started",
            "10 hits starting",
            "15 hits started",
            "30 postgres started",
            "30 http starting",
            "31 http started",
            "31 started");
    assertThat(started.succeeded()).isTrue();
    assertThat(stage.clock.pending()).isZero();
  }

  @Test
  void startsNothingAtAll() {
    assertThat(stage.conductor().start().succeeded()).isTrue();
    assertThat(stage.stop().succeeded()).isTrue();
    assertThat(stage.recorder.lines())
        .containsExactly(
            "start began", "started", "stop began: SIGTERM", "announce ended", "stopped");
  }

  @Test
  void startsOnceHoweverOftenAsked() {
    stage.add("a").start = Step.millis(5);
    Future<Void> first = stage.conductor().start();
    Future<Void> second = stage.conductor().start();
    stage.advance(5);
    assertThat(stage.conductor().start()).isSameAs(first).isSameAs(second);
    assertThat(stage.handle("a").calls).containsExactly("start");
  }

  @Test
  void rollsBackInReverseOrderWhenOneFails() {
    stage.add("postgres").release = Step.millis(4);
    stage.add("redis");
    stage.add("hits", "postgres", "redis").drain = Step.millis(2);
    stage.add("http", "hits").start = Step.fails(10, "port taken");
    stage.add("never", "http");
    Future<Void> started = stage.conductor().start();
    stage.advance(15);
    assertThat(started.isComplete()).isFalse();
    stage.advance(1);
    assertThat(stage.recorder.timedLines())
        .containsExactly(
            "0 start began",
            "0 postgres starting",
            "0 redis starting",
            "0 postgres started",
            "0 redis started",
            "0 hits starting",
            "0 hits started",
            "0 http starting",
            "10 http start failed: port taken",
            "10 http releasing",
            "10 stop began: start of \"http\" failed",
            "10 announce ended",
            "10 postgres asked: start of \"http\" failed",
            "10 redis asked: start of \"http\" failed",
            "10 hits asked: start of \"http\" failed",
            "10 http CLEAN",
            "10 hits draining 0, at most 23 s",
            "12 hits releasing",
            "12 hits CLEAN",
            "12 postgres draining 0, at most 24 s",
            "12 redis draining 0, at most 24 s",
            "12 postgres releasing",
            "12 redis releasing",
            "12 redis CLEAN",
            "16 postgres CLEAN",
            "16 stopped",
            "16 start failed: component \"http\" did not start: port taken");
    assertThat(started.cause())
        .isInstanceOf(StartFailedException.class)
        .hasRootCauseMessage("port taken");
    assertThat(stage.clock.pending()).isZero();
  }

  @Test
  void keepsTheFirstCauseAndSuppressesWhatFailsLater() {
    stage.add("base").release = Step.fails(1, "disk full");
    stage.add("first", "base").start = Step.fails(10, "refused");
    FakeHandle second = stage.add("second", "base");
    second.start = Step.fails(12, "no route");
    second.release = Step.millis(5);
    Future<Void> started = stage.conductor().start();
    stage.advance(100);
    assertThat(started.cause()).hasMessage("component \"first\" did not start: refused");
    assertThat(started.cause().getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly(
            "component \"second\" did not start: no route",
            "not every component stopped well: \"base\" FAILED (disk full)");
  }

  @Test
  void givesUpAStartThatHangsAndSaysWhatItWasHeldUpBy() {
    stage.add("postgres").start = Step.HANGS;
    stage.handle("postgres").startProblem = new IOException("connection refused");
    stage.startTimeout("postgres", Duration.ofSeconds(10));
    Future<Void> started = stage.conductor().start();
    stage.advance(9_999);
    assertThat(stage.recorder.lines()).containsExactly("start began", "postgres starting");
    stage.advance(1);
    assertThat(started.isComplete()).as("the release waits for its reserve").isFalse();
    stage.advance(1_000);
    assertThat(started.cause())
        .hasMessage(
            "component \"postgres\" did not start: it did not start within 10 s, its last try"
                + " failed: java.io.IOException: connection refused; fix what it waits for or raise"
                + " postgres.startTimeout")
        .hasRootCauseMessage("connection refused");
    assertThat(stage.recorder.timedLines())
        .endsWith(
            "11000 postgres FAILED: start has not ended, so the release could not begin",
            "11000 stopped",
            lastOf(started));
  }

  private static String lastOf(Future<Void> started) {
    return "11000 start failed: " + started.cause().getMessage();
  }

  @Test
  void givesUpAStartThatHangsForNoKnownReason() {
    stage.add("slow").start = Step.HANGS;
    stage.startTimeout("slow", Duration.ofMillis(250));
    Future<Void> started = stage.conductor().start();
    stage.advance(1_250);
    assertThat(started.cause())
        .hasMessage(
            "component \"slow\" did not start: it did not start within 250 ms;"
                + " fix what it waits for or raise slow.startTimeout");
  }

  @Test
  void abandonsAStartWhenASignalComes() {
    stage.announceDelay(Duration.ofSeconds(5));
    stage.add("postgres");
    stage.add("redis").start = Step.millis(500);
    stage.handle("redis").release = Step.millis(20);
    stage.add("http", "postgres", "redis");
    Future<Void> started = stage.conductor().start();
    stage.advance(100);
    Future<Void> stopped = stage.stop();
    stage.advance(420);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(started.cause()).hasMessage("the start was abandoned: SIGTERM").hasNoCause();
    assertThat(stage.recorder.timedLines())
        .containsExactly(
            "0 start began",
            "0 postgres starting",
            "0 redis starting",
            "0 postgres started",
            "100 stop began: SIGTERM",
            "100 announce ended",
            "100 postgres asked: SIGTERM",
            "100 redis asked: SIGTERM",
            "100 redis draining 1, at most 24 s",
            "100 postgres draining 0, at most 24 s",
            "100 postgres releasing",
            "100 postgres CLEAN",
            "500 redis releasing",
            "520 redis CLEAN",
            "520 stopped",
            "520 start failed: the start was abandoned: SIGTERM");
    stage.advance(1_000);
    assertThat(stage.conductor().component("redis").state()).isEqualTo(ComponentState.STOPPED);
    assertThat(stage.handle("http").calls).containsExactly("leave");
  }

  @Test
  void keepsWhatAStartUnderWayDependsOnUntilItHasEnded() {
    stage.add("postgres");
    stage.add("migration", "postgres").start = Step.millis(4_100);
    stage.conductor().start();
    stage.advance(100);
    stage.stop();
    stage.advance(4_000);
    assertThat(stage.recorder.timedLines())
        .containsSubsequence(
            "100 migration draining 1, at most 23 s",
            "4100 migration releasing",
            "4100 migration CLEAN",
            "4100 postgres draining 0, at most 20 s",
            "4100 postgres CLEAN");
    assertThat(stage.handle("migration").calls)
        .containsExactly("start", "drain", "release", "leave");
  }

  @Test
  void keepsWhatAStartDependsOnWhenItIsAnotherOneThatFails() {
    stage.add("postgres");
    stage.add("migration", "postgres").start = Step.millis(4_000);
    stage.add("http").start = Step.fails(1_000, "port taken");
    stage.conductor().start();
    stage.advance(4_000);
    assertThat(stage.recorder.timedLines())
        .containsSubsequence(
            "1000 http start failed: port taken",
            "1000 migration draining 1, at most 23 s",
            "4000 migration CLEAN",
            "4000 postgres CLEAN");
  }

  @Test
  void cutsAHungStartAtTheDeadlineOfADrainAndNamesIt() {
    stage.add("postgres");
    FakeHandle stuck = stage.add("stuck", "postgres");
    stuck.start = Step.HANGS;
    Future<Void> started = stage.conductor().start();
    stage.advance(100);
    Future<Void> stopped = stage.stop();
    stage.advance(23_999);
    assertThat(stopped.isComplete()).isFalse();
    stage.advance(1);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(started.cause()).hasMessage("the start was abandoned: SIGTERM");
    assertThat(stage.recorder.timedLines())
        .containsSubsequence(
            "23100 stuck releasing cut start after 0 ms",
            "24100 stuck CUT: start has not ended, so the release could not begin",
            "24100 postgres CLEAN");
  }

  @Test
  void cutsAStartUnderWayWhenEscalated() {
    stage.add("stuck").start = Step.HANGS;
    stage.conductor().start();
    stage.advance(100);
    Future<Void> stopped = stage.stop();
    stage.advance(200);
    stage.conductor().escalate("second SIGTERM");
    stage.advance(1_000);
    assertThat(stopped.succeeded()).isTrue();
    assertThat(stage.recorder.timedLines())
        .containsSubsequence(
            "300 stuck releasing cut start after 0 ms",
            "1300 stuck CUT: start has not ended, so the release could not begin");
  }

  @Test
  void waitsForWorkThatAFailedStartHasBegun() {
    stage.add("postgres");
    FakeHandle http = stage.add("http", "postgres");
    http.start = Step.fails(10, "port taken");
    http.inFlight = List.of(new WorkInFlight("migration V7", null, 5));
    Future<Void> started = stage.conductor().start();
    stage.advance(10);
    assertThat(stage.recorder.timedLines())
        .containsSubsequence(
            "10 http start failed: port taken",
            "10 stop began: start of \"http\" failed",
            "10 http draining 1, at most 23 s",
            "10 http releasing",
            "10 http CLEAN",
            "10 postgres CLEAN");
    assertThat(started.cause()).hasMessage("component \"http\" did not start: port taken");
  }

  @Test
  void suppressesWhatFailsWhileASignalAbandonsTheStart() {
    FakeHandle handle = stage.add("redis");
    handle.start = Step.fails(150, "connection refused");
    handle.release = Step.millis(60);
    Future<Void> started = stage.conductor().start();
    stage.advance(100);
    stage.stop();
    stage.advance(110);
    assertThat(started.cause()).hasMessage("the start was abandoned: SIGTERM");
    assertThat(started.cause().getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("component \"redis\" did not start: connection refused");
  }

  @Test
  void startsNothingAfterAStop() {
    stage.add("a");
    Future<Void> stopped = stage.stop();
    assertThat(stopped.succeeded()).isTrue();
    Future<Void> started = stage.conductor().start();
    assertThat(started.cause()).hasMessage("the start was abandoned: SIGTERM");
    assertThat(stage.recorder.lines())
        .containsExactly(
            "stop began: SIGTERM",
            "announce ended",
            "stopped",
            "start failed: the start was abandoned: SIGTERM");
    assertThat(stage.handle("a").calls).containsExactly("leave");
  }

  @Test
  void stopsTheWholeWhenOneIsStoppedDuringTheStart() {
    stage.add("postgres");
    stage.add("slow").start = Step.millis(100);
    Future<Void> started = stage.conductor().start();
    Future<Void> postgres = stage.conductor().stop("postgres", Stage.REQUEST);
    stage.advance(100);
    assertThat(postgres.succeeded()).isTrue();
    assertThat(started.cause()).hasMessage("the start was abandoned: request");
  }
}
