package io.github.vertxlifecycle.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.time.SystemClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that admit and finish while another one waits for none, a few thousand times over. */
final class WorkTrackerStressTest {

  private static final int THREADS = 4;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  /** One wait for an empty tracker under load, and the workers' and the waiter's counts. */
  private static final class Run {
    final WorkTracker tracker = new WorkTracker(SystemClock.instance());
    final CyclicBarrier together = new CyclicBarrier(THREADS + 1);
    final AtomicInteger notified = new AtomicInteger();
    final AtomicInteger inFlightWhenNotified = new AtomicInteger();
    final AtomicInteger endedWhenNotified = new AtomicInteger();
    final AtomicBoolean none = new AtomicBoolean();
    final AtomicInteger admittedAfter = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();

    /**
     * Admits work, counts parts of it, ends the work before the part, until nothing more is taken.
     */
    @Nullable Void work(int thread, int most) throws Exception {
      together.await();
      for (int i = 0; i < most; i++) {
        boolean before = none.get();
        Work work = tracker.admit("thread " + thread, null);
        if (work == null) {
          return null;
        }
        if (before) {
          admittedAfter.incrementAndGet();
        }
        Work part = i % 3 == 0 ? tracker.count("part", null) : null;
        end(work);
        if (part != null) {
          end(part);
        }
      }
      return null;
    }

    private void end(Work work) {
      ended.incrementAndGet(); // first, so that it is never too low
      work.done();
    }

    @Nullable Void waitForNone(int spins, boolean refuse) throws Exception {
      together.await();
      for (int i = 0; i < spins; i++) {
        Thread.onSpinWait();
      }
      if (refuse) {
        tracker.refuse();
      }
      tracker.whenNone(
          () -> {
            none.set(true);
            inFlightWhenNotified.set(tracker.count());
            endedWhenNotified.set(ended.get());
            notified.incrementAndGet();
          });
      return null;
    }
  }

  @Test
  void notifiesExactlyOnceWithNothingInFlightAndNothingAdmittedAfterwards() throws Exception {
    for (int round = 0; round < 3_000; round++) {
      Run run = new Run();
      List<Future<@Nullable Void>> all = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int number = thread;
        all.add(threads.submit(() -> run.work(number, 300)));
      }
      int spins = round % 50 * 20;
      boolean refuse = round % 2 == 0;
      all.add(threads.submit(() -> run.waitForNone(spins, refuse)));
      for (Future<@Nullable Void> one : all) {
        one.get(30, TimeUnit.SECONDS);
      }
      assertThat(run.notified).as("notified, round %d", round).hasValue(1);
      assertThat(run.inFlightWhenNotified).as("in flight, round %d", round).hasValue(0);
      assertThat(run.admittedAfter).as("admitted after, round %d", round).hasValue(0);
      assertThat(run.tracker.count()).as("left, round %d", round).isZero();
      assertThat(run.endedWhenNotified).as("ended, round %d", round).hasValue(run.ended.get());
      assertThat(run.tracker.admitted()).isEqualTo(run.ended.get());
      assertThat(run.tracker.admit("late", null)).isNull();
    }
  }

  @Test
  void notifiesNotBeforeWorkOfOtherThreadsHasEnded() throws Exception {
    for (int round = 0; round < 3_000; round++) {
      WorkTracker tracker = new WorkTracker(SystemClock.instance());
      AtomicBoolean ended = new AtomicBoolean();
      AtomicBoolean endedWhenNotified = new AtomicBoolean();
      AtomicInteger notified = new AtomicInteger();
      CyclicBarrier together = new CyclicBarrier(2);
      Work held = tracker.admit("held", null);
      Future<?> ending =
          threads.submit(
              () -> {
                together.await();
                Work part = tracker.count("part", null);
                held.done();
                ended.set(true);
                part.done();
                return null;
              });
      Future<?> waiting =
          threads.submit(
              () -> {
                together.await();
                tracker.refuse();
                tracker.whenNone(
                    () -> {
                      endedWhenNotified.set(ended.get());
                      notified.incrementAndGet();
                    });
                return null;
              });
      ending.get(30, TimeUnit.SECONDS);
      waiting.get(30, TimeUnit.SECONDS);
      assertThat(notified).hasValue(1);
      assertThat(endedWhenNotified).isTrue();
    }
  }

  @Test
  void losesNoLiveUnitWhenManyThreadsSweep() throws Exception {
    WorkTracker tracker = new WorkTracker(SystemClock.instance());
    CyclicBarrier together = new CyclicBarrier(THREADS);
    List<Future<List<Work>>> keepers = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      keepers.add(
          threads.submit(
              () -> {
                List<Work> kept = new ArrayList<>();
                together.await();
                for (int i = 0; i < 200_000; i++) {
                  Work work = tracker.admit("w", null);
                  if (i % 1_000 == 0) {
                    kept.add(work);
                  } else {
                    work.done();
                  }
                }
                return kept;
              }));
    }
    List<Work> kept = new ArrayList<>();
    for (Future<List<Work>> keeper : keepers) {
      kept.addAll(keeper.get(30, TimeUnit.SECONDS));
    }
    assertThat(tracker.count()).isEqualTo(kept.size()).isEqualTo(THREADS * 200);
    AtomicInteger notified = new AtomicInteger();
    tracker.whenNone(notified::incrementAndGet);
    for (Work work : kept) {
      assertThat(notified).hasValue(0);
      work.done();
    }
    assertThat(notified).hasValue(1);
  }
}
