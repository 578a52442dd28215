package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries until a try succeeds or another one is not wanted. On the context that calls it. */
final class Retry<T> {

  private static final Logger log = LoggerFactory.getLogger(Retry.class);
  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final long LAST_MILLIS = 500; // less than a release has by default

  private final Vertx vertx;
  private final String what;
  private final Supplier<Future<T>> attempt;
  private final Predicate<Throwable> again;
  private final Promise<T> result = Promise.promise();
  private final Context context;
  private final Backoff backoff = new Backoff(new Random());

  // context only
  private @Nullable Throwable pausedBy;
  private long timer;
  private int tries;
  private @Nullable String told;
  private long toldAt;
  private boolean givenUp;

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

  /**
   * Ends a pause that is going on, with the failure before it. A try that is going on has a moment
   * to end by itself: it could have failed and been repeated, so a stop loses nothing by not
   * waiting for it. From any thread.
   */
  void giveUp() {
    context.runOnContext(
        v -> {
          givenUp = true;
          Throwable problem = pausedBy;
          if (problem != null) {
            vertx.cancelTimer(timer);
            result.tryFail(problem);
          } else if (!result.future().isComplete()) {
            long last = vertx.setTimer(LAST_MILLIS, id -> result.tryFail(abandoned()));
            result.future().onComplete(done -> vertx.cancelTimer(last));
          }
        });
  }

  private VertxException abandoned() {
    return new VertxException("the start was abandoned while it tried to " + what, true);
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
        .onSuccess(this::succeeded)
        .onFailure(problem -> context.runOnContext(v -> failed(problem)));
  }

  private void succeeded(T value) {
    context.runOnContext(
        v -> {
          if (tries > 0 && !result.future().isComplete()) {
            log.info("{}: done at try {}", what, tries + 1);
          }
          result.tryComplete(value);
        });
  }

  private void failed(Throwable problem) {
    if (givenUp || !again.test(problem)) {
      result.tryFail(problem);
      return;
    }
    Duration pause = backoff.next();
    tell(FailureText.of(problem), pause);
    pausedBy = problem;
    timer = vertx.setTimer(pause.toMillis(), id -> tryOnce());
  }

  /** One line when the reason changes, and one in ten seconds while it stays. */
  private void tell(String reason, Duration pause) {
    tries++;
    long now = System.nanoTime();
    if (!reason.equals(told) || now - toldAt >= PERIOD.toNanos()) {
      told = reason;
      toldAt = now;
      log.warn("{}: {}; try {}, next in {}", what, reason, tries, Durations.format(pause));
    }
  }
}
