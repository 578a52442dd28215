package io.github.vertxlifecycle.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.time.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class WorkTrackerTest {

  private final ManualClock clock = new ManualClock();
  private final WorkTracker tracker = new WorkTracker(clock);
  private final List<String> happened = new ArrayList<>();

  private Work admitted(String name) {
    Work work = tracker.admit(name, null);
    assertThat(work).as("work %s", name).isNotNull();
    return work;
  }

  private List<String> names() {
    return tracker.inFlight().stream().map(WorkInFlight::name).toList();
  }

  private void none() {
    happened.add("none, refuses " + tracker.refuses() + ", in flight " + tracker.count());
  }

  private static final String NONE = "none, refuses true, in flight 0";

  /** Work whose end is looked at, because a drain has begun. */
  @Nested
  final class Watched {

    private Work begun(String name, String peer) {
      Work work = tracker.count(name, peer);
      assertThat(work).isNotNull();
      return work;
    }

    private void endsAfter(Work work, long millis) {
      clock.advance(Duration.ofMillis(millis));
      work.done();
    }

    @Test
    void remembersWhatTookLongestWithItsPeer() {
      Work first = begun("first", "10.0.0.1:4000");
      tracker.watch();
      Work second = begun("second", null);
      endsAfter(second, 20);
      endsAfter(first, 5);

      assertThat(tracker.longestEnded())
          .containsExactly(
              new WorkInFlight("first", "10.0.0.1:4000", 25_000_000),
              new WorkInFlight("second", null, 20_000_000));
    }

    @Test
    void remembersThree() {
      tracker.watch();
      for (int millis : List.of(5, 1, 4, 2, 9, 3)) {
        endsAfter(begun("took " + millis, null), millis);
      }

      assertThat(tracker.longestEnded())
          .extracting(WorkInFlight::name)
          .containsExactly("took 9", "took 5", "took 4");
    }

    @Test
    void doesNotLookAtWhatEndedBefore() {
      endsAfter(begun("before", null), 60_000);
      tracker.watch();

      assertThat(tracker.longestEnded()).isEmpty();
    }

    @Test
    void doesNotTellOfWhatIsInFlight() {
      begun("in flight", null);
      tracker.watch();

      assertThat(tracker.longestEnded()).isEmpty();
    }

    @Test
    void isAwaitedLikeAnyOther() {
      Work first = begun("first", null);
      tracker.watch();
      Work second = begun("second", null);
      tracker.whenNone(WorkTrackerTest.this::none);
      endsAfter(first, 1);
      first.done();
      assertThat(happened).isEmpty();
      endsAfter(second, 1);

      assertThat(happened).containsExactly(NONE);
      assertThat(tracker.longestEnded())
          .extracting(WorkInFlight::name)
          .containsExactly("second", "first");
    }
  }

  @Nested
  final class Open {

    @Test
    void admitsAndCounts() {
      assertThat(tracker.count()).isZero();
      assertThat(tracker.admitted()).isZero();
      admitted("a");
      assertThat(tracker.count("b", null)).isNotNull();
      assertThat(tracker.count()).isEqualTo(2);
      assertThat(tracker.admitted()).isEqualTo(2);
      assertThat(tracker.refuses()).isFalse();
    }

    @Test
    void namesWhatIsInFlightWithItsPeerAndAgeNewestFirst() {
      tracker.admit("POST /links", "10.0.0.1:4000");
      clock.advance(Duration.ofMillis(30));
      admitted("batch 7");
      clock.advance(Duration.ofMillis(5));
      assertThat(tracker.inFlight())
          .containsExactly(
              new WorkInFlight("batch 7", null, 5_000_000),
              new WorkInFlight("POST /links", "10.0.0.1:4000", 35_000_000));
      assertThat(tracker.inFlight().stream().map(WorkInFlight::label))
          .containsExactly("batch 7", "POST /links from 10.0.0.1:4000");
    }

    @Test
    void awaitsWhatIsHeldWithoutCountingItAsWork() {
      admitted("a").done();
      Work held = tracker.hold("keep-alive connection", null);
      assertThat(held).isNotNull();
      assertThat(names()).containsExactly("keep-alive connection");
      assertThat(tracker.admitted()).isEqualTo(1);
      tracker.whenNone(WorkTrackerTest.this::none);
      assertThat(happened).isEmpty();
      held.done();
      assertThat(happened).containsExactly(NONE);
      assertThat(tracker.hold("too late", null)).isNull();
      assertThat(tracker.admitted()).isEqualTo(1);
      assertThat(tracker.refused()).isZero();
    }

    @Test
    void forgetsWhatHasEnded() {
      Work first = admitted("first");
      Work second = admitted("second");
      Work third = admitted("third");
      second.done();
      assertThat(names()).containsExactly("third", "first");
      third.done();
      first.done();
      assertThat(tracker.count()).isZero();
      assertThat(tracker.admitted()).isEqualTo(3);
    }

    @Test
    void takesTwoEndsOfOneUnitForOne() {
      Work one = admitted("one");
      admitted("other");
      one.done();
      one.done();
      assertThat(tracker.count()).isEqualTo(1);
    }

    @Test
    void showsTheBetterName() {
      admitted("GET /abc").rename("GET /:code");
      assertThat(names()).containsExactly("GET /:code");
    }

    @Test
    void namesWorkWhoseNameCannotBeWritten() {
      Object bad =
          new Object() {
            @Override
            public String toString() {
              throw new IllegalStateException("broken");
            }
          };
      tracker.admit(bad, bad);
      assertThat(tracker.inFlight()).hasSize(1);
      assertThat(tracker.inFlight().get(0).label()).contains("broken");
    }
  }

  @Nested
  final class Refusing {

    @Test
    void admitsNothingButCountsPartsOfWhatItHasAdmitted() {
      admitted("request");
      tracker.refuse();
      tracker.refuse();
      assertThat(tracker.refuses()).isTrue();
      assertThat(tracker.admit("new", null)).isNull();
      assertThat(tracker.count("query of the request", null)).isNotNull();
      assertThat(names()).containsExactly("query of the request", "request");
    }

    @Test
    void doesNotCountRefusalsAsAdmissions() {
      tracker.refuse();
      tracker.admit("new", null);
      assertThat(tracker.admitted()).isZero();
    }
  }

  @Nested
  final class WaitingForNone {

    @Test
    void isOverAtOnceIfNothingIsInFlight() {
      tracker.whenNone(WorkTrackerTest.this::none);
      assertThat(happened).containsExactly(NONE);
    }

    @Test
    void isOverAtOnceIfEverythingHasEnded() {
      admitted("a").done();
      admitted("b").done();
      tracker.whenNone(WorkTrackerTest.this::none);
      assertThat(happened).containsExactly(NONE);
      assertThat(tracker.admitted()).isEqualTo(2);
    }

    @Test
    void endsInTheCallThatEndsTheLastUnit() {
      Work first = admitted("first");
      Work second = admitted("second");
      tracker.whenNone(WorkTrackerTest.this::none);
      second.done();
      second.done();
      assertThat(happened).isEmpty();
      happened.add("ending");
      first.done();
      happened.add("ended");
      assertThat(happened).containsExactly("ending", NONE, "ended");
    }

    @Test
    void waitsForWhatIsCountedMeanwhile() {
      Work request = admitted("request");
      tracker.refuse();
      tracker.whenNone(WorkTrackerTest.this::none);
      Work query = tracker.count("query", null);
      request.done();
      assertThat(happened).isEmpty();
      Work another = tracker.count("another query", null);
      query.done();
      assertThat(happened).isEmpty();
      assertThat(names()).containsExactly("another query");
      another.done();
      assertThat(happened).containsExactly(NONE);
    }

    @Test
    void stillAdmitsWhileNobodyRefused() {
      Work first = admitted("first");
      tracker.whenNone(WorkTrackerTest.this::none);
      Work second = admitted("second");
      first.done();
      assertThat(happened).isEmpty();
      second.done();
      assertThat(happened).containsExactly(NONE);
    }

    @Test
    void closesForEverAndFromWithinTheTaskAlready() {
      tracker.whenNone(
          () -> happened.add("refused inside: " + (tracker.count("late", null) == null)));
      assertThat(happened).containsExactly("refused inside: true");
      assertThat(tracker.admit("late", null)).isNull();
      assertThat(tracker.count("late", null)).isNull();
      assertThat(tracker.refuses()).isTrue();
      assertThat(tracker.admitted()).isZero();
    }

    @Test
    void isAskedForOnce() {
      admitted("a");
      tracker.whenNone(WorkTrackerTest.this::none);
      assertThatThrownBy(() -> tracker.whenNone(WorkTrackerTest.this::none))
          .isInstanceOf(IllegalStateException.class);
      assertThat(happened).isEmpty();
    }
  }

  @Nested
  final class Closed {

    @Test
    void showsWhatIsCut() {
      admitted("finished").done();
      admitted("cut");
      clock.advance(Duration.ofSeconds(1));
      tracker.close();
      tracker.close();
      assertThat(tracker.inFlight()).containsExactly(new WorkInFlight("cut", null, 1_000_000_000));
      assertThat(tracker.count()).isEqualTo(1);
      assertThat(tracker.admitted()).isEqualTo(2);
      assertThat(tracker.refuses()).isTrue();
    }

    @Test
    void takesNothingMore() {
      tracker.close();
      assertThat(tracker.admit("a", null)).isNull();
      assertThat(tracker.count("b", null)).isNull();
      assertThat(tracker.count()).isZero();
    }

    @Test
    void letsWorkEndAndForgetsIt() {
      Work work = admitted("work");
      tracker.close();
      work.done();
      assertThat(tracker.inFlight()).isEmpty();
    }

    @Test
    void stillReportsWhenTheCutWorkHasEndedAfterAll() {
      Work before = admitted("before");
      tracker.whenNone(WorkTrackerTest.this::none);
      tracker.close();
      assertThat(happened).isEmpty();
      before.done();
      assertThat(happened).containsExactly(NONE);
    }

    @Test
    void waitsForWhatWasCutIfAskedAfterwards() {
      Work cut = admitted("cut");
      tracker.close();
      tracker.whenNone(WorkTrackerTest.this::none);
      assertThat(happened).isEmpty();
      cut.done();
      assertThat(happened).containsExactly(NONE);
    }
  }

  @Nested
  final class Memory {

    private int linked() {
      int linked = 0;
      for (Work work = tracker.newest(); work != null; work = work.older()) {
        linked++;
      }
      return linked;
    }

    @Test
    void staysSmallAboveALongLivedUnitForTenMillionAdmissions() {
      Work longLived = admitted("web socket");
      int longest = 0;
      for (int i = 0; i < 10_000_000; i++) {
        admitted("request").done();
        if (i % 4_099 == 0) {
          longest = Math.max(longest, linked());
        }
      }
      assertThat(longest).isBetween(2, 2 * WorkTracker.SWEEP_EVERY);
      assertThat(names()).containsExactly("web socket");
      longLived.done();
      assertThat(tracker.count()).isZero();
    }

    @Test
    void staysWithinTwiceWhatIsInFlight() {
      List<Work> inFlight = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        inFlight.add(admitted("long"));
      }
      for (int i = 0; i < 100_000; i++) {
        admitted("short").done();
        if (i % 997 == 0) {
          assertThat(linked()).isLessThanOrEqualTo(2 * 1_001);
        }
      }
      inFlight.forEach(Work::done);
      for (int i = 0; i < 2 * 1_001; i++) {
        admitted("short").done();
      }
      assertThat(linked()).isLessThanOrEqualTo(2 * WorkTracker.SWEEP_EVERY);
    }

    @Test
    void keepsEveryLiveUnitThroughSweeps() {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        Work work = admitted("w" + i);
        if (i % 37 == 0) {
          expected.add(0, "w" + i);
        } else {
          work.done();
        }
      }
      assertThat(names()).isEqualTo(expected);
    }

    @Test
    void letsGoOfThePeerWhenTheWorkHasEnded() {
      Work work = tracker.admit("request", "peer");
      work.done();
      assertThat(work.seen(0).peer()).isNull();
    }
  }

  /** A drain that waits for what follows the last unit, too. */
  @Nested
  final class WithATurn {

    private final Queue<Runnable> turns = new ArrayDeque<>();

    private void waits() {
      tracker.whenNone(WorkTrackerTest.this::none, turns::add);
    }

    private void turn() {
      turns.remove().run();
    }

    @Test
    void endsAtOnceIfThereIsNothingToWaitFor() {
      waits();
      assertThat(happened).containsExactly(NONE);
    }

    @Test
    void endsInTheTurnAfterTheLastUnit() {
      Work work = admitted("work");
      waits();
      work.done();
      assertThat(happened).isEmpty();
      turn();
      assertThat(happened).containsExactly(NONE);
      assertThat(turns).isEmpty();
    }

    @Test
    void waitsForWhatFollowsInTheSameCall() {
      Work first = admitted("first");
      waits();
      first.done();
      Work next = tracker.tryCount("next", null);
      assertThat(next).isNotNull();
      turn();
      assertThat(happened).isEmpty();
      next.done();
      turn();
      assertThat(happened).containsExactly(NONE);
    }

    @Test
    void takesAnotherTurnForWhatBeganAndEndedInThatOne() {
      Work first = admitted("first");
      waits();
      first.done();
      Work next = tracker.tryCount("next", null);
      assertThat(next).isNotNull();
      next.done();
      turn();
      assertThat(happened).isEmpty();
      turn();
      assertThat(happened).containsExactly(NONE);
      assertThat(tracker.tryCount("late", null)).isNull();
    }

    @Test
    void endsIfItIsClosedMeanwhile() {
      Work work = admitted("work");
      waits();
      work.done();
      tracker.close();
      turn();
      assertThat(happened).hasSize(1);
    }
  }
}
