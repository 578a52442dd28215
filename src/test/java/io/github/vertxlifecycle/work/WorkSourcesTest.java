package io.github.vertxlifecycle.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Work that its source keeps to itself until a stop comes. */
final class WorkSourcesTest {

  private final ManualClock clock = new ManualClock();
  private final WorkTracker tracker = new WorkTracker(clock);
  private final List<String> happened = new ArrayList<>();

  /** A source of one thread, which sees to what it is asked when the test lets it. */
  private final class OneThread implements WorkSource {
    private record Unit(String name, long since) {}

    private final List<Unit> own = new ArrayList<>();
    private long begun;
    private @Nullable Runnable asked;

    void begin(String name) {
      own.add(new Unit(name, clock.nanos()));
      begun++;
    }

    void end(String name) {
      assertThat(own.removeIf(unit -> unit.name.equals(name))).isTrue();
    }

    @Override
    public long admitted() {
      return begun;
    }

    @Override
    public void visit(WorkVisitor visitor) {
      own.forEach(unit -> visitor.visit(unit.name, "a peer", unit.since));
    }

    @Override
    public void handOver(Runnable then) {
      assertThat(asked).as("asked before").isNull();
      asked = then;
    }

    /** The thread's turn; what is handed over comes back. */
    List<Work> handsOver() {
      List<Work> all = new ArrayList<>();
      tracker.handOver(
          () -> {
            own.forEach(unit -> all.add(tracker.takeOver(unit.name, "a peer", unit.since)));
            own.clear();
          });
      asked.run();
      return all;
    }
  }

  private OneThread attached() {
    OneThread source = new OneThread();
    tracker.attach(source);
    return source;
  }

  private List<String> names() {
    return tracker.inFlight().stream().map(WorkInFlight::name).toList();
  }

  @Test
  void listsAndCountsWhatASourceHasWithItsAge() {
    OneThread source = attached();
    source.begin("first");
    clock.advance(Duration.ofSeconds(2));
    Work pushed = tracker.admit("pushed", null);
    clock.advance(Duration.ofSeconds(1));
    source.begin("second");

    assertThat(tracker.inFlight())
        .containsExactly(
            new WorkInFlight("second", "a peer", 0),
            new WorkInFlight("pushed", null, 1_000_000_000L),
            new WorkInFlight("first", "a peer", 3_000_000_000L));
    assertThat(tracker.owed()).hasSize(3);
    assertThat(tracker.count()).isEqualTo(3);
    assertThat(tracker.admitted()).isEqualTo(3);
    pushed.done();
    source.end("first");
    assertThat(names()).containsExactly("second");
    assertThat(tracker.admitted()).isEqualTo(3);
  }

  @Test
  void isNotEmptyBeforeEachSourceHasHandedOverAndItsWorkHasEnded() {
    OneThread source = attached();
    OneThread idle = attached();
    source.begin("request");

    tracker.whenNone(() -> happened.add("none"));
    idle.handsOver();
    assertThat(happened).isEmpty();
    List<Work> work = source.handsOver();
    assertThat(happened).isEmpty();
    assertThat(names()).containsExactly("request");
    assertThat(tracker.admitted()).as("each unit once").isEqualTo(1);
    work.get(0).done();
    assertThat(happened).containsExactly("none");
    assertThat(tracker.count("late", null)).isNull();
  }

  @Test
  void anIdleSourceThatHasNotAnsweredIsNoWorkButIsAwaited() {
    OneThread source = attached();
    tracker.whenNone(() -> happened.add("none"));

    assertThat(tracker.count()).isZero();
    assertThat(tracker.admitted()).isZero();
    assertThat(happened).isEmpty();
    source.handsOver();
    assertThat(happened).containsExactly("none");
  }

  @Test
  void whatABusyThreadHasNotToldIsNamedByWhatIsKnownOfIt() {
    OneThread source = attached();
    source.begin("request");
    tracker.whenNone(() -> happened.add("none"));
    assertThat(tracker.owed()).extracting(WorkInFlight::name).containsExactly("request");
    source.end("request");
    assertThat(tracker.owed())
        .extracting(WorkInFlight::name)
        .as("it may have more")
        .containsExactly("work of a thread that is busy");
  }

  @Test
  void aDrainAsksForAllOfItOnce() {
    OneThread source = attached();
    tracker.refuse();
    tracker.watch();
    source.begin("begun before its thread heard of it");
    clock.advance(Duration.ofMillis(10));
    Work work = source.handsOver().get(0);
    tracker.whenNone(() -> happened.add("none"));
    work.done();

    assertThat(happened).containsExactly("none");
    assertThat(tracker.longestEnded())
        .containsExactly(
            new WorkInFlight("begun before its thread heard of it", "a peer", 10_000_000));
  }

  @Test
  void aSourceThatComesLateIsAskedAtOnce() {
    tracker.watch();
    assertThat(attached().asked).isNotNull();
    tracker.close();
    assertThat(attached().asked).isNotNull();
  }

  @Test
  void aClosedTrackerTakesNothingOverAndTheSourceGoesOnToShowIt() {
    OneThread source = attached();
    source.begin("request");
    tracker.close();
    tracker.handOver(() -> assertThat(tracker.takeOver("request", "a peer", 0)).isNull());

    assertThat(tracker.owed()).extracting(WorkInFlight::name).containsExactly("request");
  }

  @Test
  void handingOverWithoutASourceIsAMistake() {
    assertThatThrownBy(() -> tracker.handOver(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("attach it first");
  }

  // ── threads ────────────────────────────────────────────────────────────────────────────────────

  /** A thread that begins and ends work of its own, and looks now and then what it is asked. */
  private static final class Looping implements WorkSource {
    private final WorkTracker tracker;
    private final AtomicLong begun = new AtomicLong();
    private volatile @Nullable String open;
    private volatile @Nullable Runnable asked;
    private @Nullable Work counted;

    Looping(WorkTracker tracker) {
      this.tracker = tracker;
    }

    @Override
    public long admitted() {
      return begun.get();
    }

    @Override
    public void visit(WorkVisitor visitor) {
      String name = open;
      if (name != null) {
        visitor.visit(name, null, 0);
      }
    }

    @Override
    public void handOver(Runnable then) {
      asked = then;
    }

    /** Runs until nothing more is taken, and returns how many units it has ended. */
    long run(AtomicLong ended, AtomicBoolean none, AtomicInteger after) {
      boolean told = false;
      long units = 0;
      while (true) {
        Runnable ask = asked;
        boolean noneBefore = none.get();
        if (!told) {
          open = "unit " + units;
          begun.incrementAndGet();
        } else {
          counted = tracker.count("unit " + units, null);
          if (counted == null) {
            return units;
          }
        }
        if (noneBefore) {
          after.incrementAndGet();
        }
        if (ask != null && !told) {
          told = true;
          tracker.handOver(
              () -> {
                counted = tracker.takeOver("unit " + units(), null, 0);
                open = null;
              });
          ask.run();
        }
        units++;
        ended.incrementAndGet();
        if (told) {
          counted.done();
        } else {
          open = null;
        }
      }
    }

    private long units() {
      return begun.get();
    }
  }

  @Test
  void thereIsNoneOnlyWhenNoThreadHasAnyAndNoneBeginsAfterwards() throws Exception {
    int threads = 3;
    ExecutorService pool = Executors.newFixedThreadPool(threads + 2);
    try {
      for (int round = 0; round < 300; round++) {
        WorkTracker shared = new WorkTracker(clock);
        AtomicLong ended = new AtomicLong();
        AtomicBoolean none = new AtomicBoolean();
        AtomicInteger after = new AtomicInteger();
        AtomicInteger notified = new AtomicInteger();
        AtomicLong endedWhenNone = new AtomicLong();
        AtomicInteger left = new AtomicInteger(-1);
        CyclicBarrier together = new CyclicBarrier(threads + 2);
        List<Callable<Long>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          Looping loop = new Looping(shared);
          shared.attach(loop);
          all.add(
              () -> {
                together.await();
                return loop.run(ended, none, after);
              });
        }
        int spins = round % 40 * 25;
        all.add(
            () -> {
              together.await();
              for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
              }
              shared.whenNone(
                  () -> {
                    endedWhenNone.set(ended.get());
                    left.set(shared.count());
                    notified.incrementAndGet();
                    none.set(true);
                  });
              return 0L;
            });
        AtomicInteger most = new AtomicInteger();
        all.add(
            () -> {
              together.await();
              while (!none.get()) {
                most.accumulateAndGet(shared.count(), Math::max);
              }
              return 0L;
            });
        long sum = 0;
        for (Future<Long> one : pool.invokeAll(all, 1, TimeUnit.MINUTES)) {
          sum += one.get();
        }
        assertThat(notified).as("notified, round %d", round).hasValue(1);
        assertThat(left).as("in flight then, round %d", round).hasValue(0);
        assertThat(after).as("begun afterwards, round %d", round).hasValue(0);
        assertThat(endedWhenNone).as("ended then, round %d", round).hasValue(sum);
        assertThat(shared.admitted()).as("admitted, round %d", round).isEqualTo(sum);
        assertThat(most.get()).as("seen at once, round %d", round).isLessThanOrEqualTo(threads);
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
