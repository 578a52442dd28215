package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One unit of work, admitted and completed, beside the least that could count it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 15, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class TrackerBenchmark {

  /** Other units that stay in flight meanwhile. */
  @Param({"0", "64"})
  public int inFlight;

  private final LongAdder adder = new LongAdder();
  private final WorkTracker tracker = new WorkTracker(SystemClock.instance());

  /** Fills the tracker. */
  @Setup
  public void fill() {
    for (int i = 0; i < inFlight; i++) {
      tracker.admit("held", null);
    }
  }

  /** Counts without names. */
  @Benchmark
  public void bareCounter() {
    adder.increment();
    adder.decrement();
  }

  /** The share of the clock that dates each unit. */
  @Benchmark
  public long clock() {
    return SystemClock.instance().nanos();
  }

  /** Counts, names and dates. */
  @Benchmark
  public void tracker() {
    Work work = tracker.admit("GET /:code", null);
    if (work != null) {
      work.done();
    }
  }
}
