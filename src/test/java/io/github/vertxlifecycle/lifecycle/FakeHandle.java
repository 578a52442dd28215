package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  FakeHandle(Clock clock) {
    this.clock = clock;
  }

  private Future<?> play(String name, Step step) {
    calls.add(name);
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
    return play("start", start);
  }

  @Override
  public @Nullable Throwable startProblem() {
    return startProblem;
  }

  @Override
  public void announce() {
    calls.add("announce");
  }

  @Override
  public Future<?> drain() {
    return play("drain", drain);
  }

  @Override
  public int inFlight() {
    return inFlight.size();
  }

  @Override
  public List<WorkInFlight> cut() {
    calls.add("cut");
    return inFlight;
  }

  @Override
  public Future<?> release() {
    return play("release", release);
  }

  @Override
  public void leave() {
    calls.add("leave");
  }
}
