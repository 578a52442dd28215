package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
  private long ceiling = FIRST_MILLIS;

  Retry(Vertx vertx, String what, Supplier<Future<T>> attempt, Predicate<Throwable> again) {
    this.vertx = vertx;
    this.what = what;
    this.attempt = attempt;
    this.again = again;
  }

  Future<T> run() {
    tryOnce();
    return result.future();
  }

  private void tryOnce() {
    Future<T> future;
    try {
      future = attempt.get();
    } catch (RuntimeException e) {
      future = Future.failedFuture(e);
    }
    future.onSuccess(result::tryComplete).onFailure(this::failed);
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
        Member.message(problem),
        Durations.format(Duration.ofMillis(pause)));
    ceiling = Math.min(LONGEST_MILLIS, ceiling * 2);
    vertx.setTimer(
        pause,
        id -> {
          if (again.test(problem)) {
            tryOnce();
          } else {
            result.tryFail(problem);
          }
        });
  }
}
