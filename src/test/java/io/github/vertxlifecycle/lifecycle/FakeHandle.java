package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A part whose steps last as long as they are told to, on a clock. */
final class FakeHandle implements ComponentHandle {

  /** One step: how long it lasts, null for ever, and what it fails with, null for nothing. */
  record Step(@Nullable Duration lasts, @Nullable Throwable failure) {
    static final Step AT_ONCE = new Step(Duration.ZERO, null);
    static final Step HANGS = new Step(null, null);

    static Step millis(long millis) {
      return new Step(Duration.ofMillis(millis), null);
    }

    static Step fails(long millis, String message) {
      return new Step(Duration.ofMillis(millis), new IllegalStateException(message));
    }
  }

  private final Clock clock;
  final List<String> calls = new ArrayList<>();
  Step start = Step.AT_ONCE;
  Step drain = Step.AT_ONCE;
  Step release = Step.AT_ONCE;
  List<WorkInFlight> inFlight = List.of();
  @Nullable Throwable startProblem;

  /** Whether it is its own drain that lasts, not only work in flight: a release waits for that. */
  boolean holdsUp;

  private @Nullable Future<?> started;
  private @Nullable Future<?> drained;
  private boolean startGivenUp;

  FakeHandle(Clock clock) {
    this.clock = clock;
  }

  private Future<Void> play(Step step) {
    Promise<Void> promise = Promise.promise();
    if (step.lasts() != null) {
      if (step.lasts().isZero()) {
        end(promise, step);
      } else {
        clock.after(step.lasts(), () -> end(promise, step));
      }
    }
    return promise.future();
  }

  private static void end(Promise<Void> promise, Step step) {
    if (step.failure() == null) {
      promise.complete();
    } else {
      promise.fail(step.failure());
    }
  }

  @Override
  public Future<?> start() {
    calls.add("start");
    Future<?> begun = play(start);
    started = begun;
    return begun;
  }

  @Override
  public @Nullable Throwable startProblem() {
    return startProblem;
  }

  @Override
  public void announce() {
    calls.add("announce");
  }

  private static boolean isPending(@Nullable Future<?> step) {
    return step != null && !step.isComplete();
  }

  private static <T> Future<Void> after(@Nullable Future<T> step, Supplier<Future<Void>> then) {
    return step == null ? then.get() : step.transform(answer -> then.get());
  }

  @Override
  public void giveUpStart() {
    startGivenUp = true;
  }

  /**
   * A start that fails, or was given up, has nothing to drain but work, which ends at once here.
   */
  @Override
  public Future<?> drain() {
    calls.add("drain");
    Future<?> begun = startGivenUp ? Future.failedFuture("given up") : started;
    Future<?> answer =
        after(
            begun, () -> begun != null && begun.failed() ? Future.succeededFuture() : play(drain));
    drained = answer;
    return answer;
  }

  @Override
  public int inFlight() {
    return inFlight.size() + (isPending(started) && !startGivenUp ? 1 : 0);
  }

  @Override
  public List<WorkInFlight> cut() {
    calls.add("cut");
    List<WorkInFlight> all = new ArrayList<>(inFlight);
    if (isPending(started)) {
      all.add(new WorkInFlight("start", null, 0));
    }
    return all;
  }

  @Override
  public Future<?> release() {
    calls.add("release");
    return after(started, () -> after(holdsUp ? drained : null, () -> play(release)));
  }

  @Override
  public @Nullable String heldUpBy() {
    return isPending(started) ? "start" : holdsUp && isPending(drained) ? "onDrain" : null;
  }

  @Override
  public void leave() {
    calls.add("leave");
  }
}
