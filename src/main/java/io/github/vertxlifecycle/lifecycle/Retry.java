package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries until a try succeeds or another one is not wanted. On the context that calls it. */
final class Retry<T> {

  private static final Logger log = LoggerFactory.getLogger(Retry.class);
  private static final long FIRST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 2_000;

  private final Vertx vertx;
  private final String what;
  private final Supplier<Future<T>> attempt;
  private final Predicate<Throwable> again;
  private final Promise<T> result = Promise.promise();
  private final Context context;
  private long ceiling = FIRST_MILLIS;

  // context only
  private @Nullable Throwable pausedBy;
  private long timer;

  Retry(Vertx vertx, String what, Supplier<Future<T>> attempt, Predicate<Throwable> again) {
    this.vertx = vertx;
    this.what = what;
    this.attempt = attempt;
    this.again = again;
    this.context = vertx.getOrCreateContext();
  }

  Future<T> run() {
    tryOnce();
    return result.future();
  }

  /** Ends a pause that is going on, with the failure before it. From any thread. */
  void giveUp() {
    context.runOnContext(
        v -> {
          Throwable problem = pausedBy;
          if (problem != null) {
            vertx.cancelTimer(timer);
            result.tryFail(problem);
          }
        });
  }

  private void tryOnce() {
    pausedBy = null;
    Future<T> future;
    try {
      future = Objects.requireNonNull(attempt.get(), () -> what + " returned null, not a future");
    } catch (RuntimeException e) {
      future = Future.failedFuture(e);
    }
    future
        .onSuccess(result::tryComplete)
        .onFailure(problem -> context.runOnContext(v -> failed(problem)));
  }

  private void failed(Throwable problem) {
    if (!again.test(problem)) {
      result.tryFail(problem);
      return;
    }
    long pause = ThreadLocalRandom.current().nextLong(1, ceiling + 1);
    log.warn(
        "{}: {}; next try in {}",
        what,
        ComponentLifecycle.message(problem),
        Durations.format(Duration.ofMillis(pause)));
    ceiling = Math.min(LONGEST_MILLIS, ceiling * 2);
    pausedBy = problem;
    timer = vertx.setTimer(pause, id -> tryOnce());
  }
}
