package io.github.vertxlifecycle.work;

import io.github.vertxlifecycle.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever threads do to a tracker at once, it answers as if they had done it one after the other.
 * Lincheck makes up the programs and, for each, tries hundreds of orders of their steps.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Tag("slow")
public final class WorkTrackerModelTest {

  private static final int THREADS = 2;

  private static final Clock STANDS_STILL =
      new Clock() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
          throw new UnsupportedOperationException("the tracker sets no timers");
        }
      };

  private final WorkTracker tracker = new WorkTracker(STANDS_STILL);
  private final Work held = tracker.admit("held", null);

  /** The units of work that each thread has begun and not ended. */
  private final List<Deque<Work>> open = List.of(new ArrayDeque<>(), new ArrayDeque<>());

  private final AtomicInteger notified = new AtomicInteger();
  private volatile boolean waited;

  /** New work; false if it was refused. */
  @Operation(params = "thread")
  public boolean admit(int thread) {
    return opened(thread, tracker.admit("whole", null));
  }

  /** A part of other work; false if the tracker is closed. */
  @Operation(params = "thread")
  public boolean count(int thread) {
    return opened(thread, tracker.count("part", null));
  }

  private boolean opened(int thread, Work work) {
    return work != null && of(thread).add(work);
  }

  private Deque<Work> of(int thread) {
    return open.get(thread % THREADS);
  }

  /** The end of one unit of this thread; false if it has none. */
  @Operation(params = "thread")
  public boolean done(int thread) {
    Work work = of(thread).poll();
    if (work != null) {
      work.done();
    }
    return work != null;
  }

  /** The end of the unit that was there from the beginning, by any thread, more than once. */
  @Operation
  public void heldDone() {
    held.done();
  }

  /** No new work from here on. */
  @Operation
  public void refuse() {
    tracker.refuse();
  }

  /** Waits for none. */
  @Operation(runOnce = true)
  public void whenNone() {
    waited = true;
    tracker.whenNone(notified::incrementAndGet);
  }

  /** The invariant whenever all threads rest. */
  @Validate
  public void notifiedOnceAndOnlyWhenNothingIsInFlight() {
    if (notified.get() != (waited && tracker.count() == 0 ? 1 : 0)) {
      throw new IllegalStateException(
          "notified %d times with %d in flight".formatted(notified.get(), tracker.count()));
    }
    int known = open.stream().mapToInt(Deque::size).sum() + (held.isDone() ? 0 : 1);
    if (tracker.count() != known) {
      throw new IllegalStateException(
          "counts %d, but %d are open".formatted(tracker.count(), known));
    }
  }

  @Test
  void isLinearizable() {
    new ModelCheckingOptions()
        .iterations(10)
        .invocationsPerIteration(200)
        .threads(THREADS)
        .actorsPerThread(4)
        .sequentialSpecification(OneAfterTheOther.class)
        .check(WorkTrackerModelTest.class);
  }

  /** The sequential model of a tracker. */
  public static final class OneAfterTheOther {

    private final int[] open = new int[THREADS];
    private boolean held = true;
    private boolean refuses;
    private boolean waits;
    private boolean closed;

    /** New work. */
    public boolean admit(int thread) {
      return !refuses && count(thread);
    }

    /** A part. */
    public boolean count(int thread) {
      if (!closed) {
        open[thread % THREADS]++;
      }
      return !closed;
    }

    /** The end of a unit. */
    public boolean done(int thread) {
      boolean one = open[thread % THREADS] > 0;
      if (one) {
        open[thread % THREADS]--;
        closeIfNone();
      }
      return one;
    }

    /** The end of the unit that was there. */
    public void heldDone() {
      held = false;
      closeIfNone();
    }

    /** No new work. */
    public void refuse() {
      refuses = true;
    }

    /** Waits. */
    public void whenNone() {
      waits = true;
      closeIfNone();
    }

    private void closeIfNone() {
      closed |= waits && !held && IntStream.of(open).sum() == 0;
      refuses |= closed;
    }
  }
}
