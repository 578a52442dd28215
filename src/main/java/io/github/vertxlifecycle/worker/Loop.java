package io.github.vertxlifecycle.worker;

import io.github.vertxlifecycle.event.FailureText;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs rounds of work that never overlap, one each interval, and a last one at the end.
 *
 * <p>Runs on one context: its methods are called there, and its callbacks run there.
 */
final class Loop {

  private final Vertx vertx;
  private final Context context;
  private final Duration every;
  private final Function<String, Future<?>> iteration;
  private final Consumer<Throwable> failures;
  private final Promise<Void> over = Promise.promise();

  private LoopState state = LoopState.IDLE;
  private @Nullable Long timer;
  private long began;

  /**
   * Makes a loop that has not begun.
   *
   * @param vertx for its timer
   * @param context where it runs
   * @param every from the beginning of one round to the beginning of the next; a round that takes
   *     longer is followed at once
   * @param iteration does one round, given a name for it
   * @param failures receives the failure of each round but the last
   */
  Loop(
      Vertx vertx,
      Context context,
      Duration every,
      Function<String, Future<?>> iteration,
      Consumer<Throwable> failures) {
    this.vertx = vertx;
    this.context = context;
    this.every = every;
    this.iteration = iteration;
    this.failures = failures;
  }

  /** Begins with the first round. */
  void begin() {
    round();
  }

  /**
   * Lets a round that is running finish, then runs one more.
   *
   * @return completes with the last round, and fails if that round failed
   */
  Future<Void> drain() {
    if (state == LoopState.RUNNING) {
      transition(LoopState.FINISHING);
    } else if (state == LoopState.IDLE) {
      last();
    }
    return over.future();
  }

  /** Nobody waits for the drain any more: the round that is running is the last. */
  void abandon() {
    if (state == LoopState.FINISHING) {
      transition(LoopState.ENDING);
    }
  }

  /** Ends the loop: no further round begins. Idempotent. */
  void end() {
    transition(LoopState.OVER);
    over.tryFail(new VertxException("the loop was ended before its last iteration", true));
  }

  private void transition(LoopState next) {
    if (timer != null) {
      vertx.cancelTimer(timer);
      timer = null;
    }
    state = next;
  }

  private void round() {
    transition(LoopState.RUNNING);
    began = System.nanoTime();
    run("iteration", this::next);
  }

  /** An iteration may complete on any thread; what follows is on the context again. */
  private void run(String name, Consumer<AsyncResult<?>> then) {
    iteration.apply(name).onComplete(result -> context.runOnContext(v -> then.accept(result)));
  }

  private void next(AsyncResult<?> result) {
    if (result.failed() && state != LoopState.OVER) {
      failures.accept(result.cause());
    }
    if (state == LoopState.RUNNING) {
      transition(LoopState.IDLE);
      long left = every.minusNanos(System.nanoTime() - began).toMillis();
      timer = vertx.setTimer(Math.max(1, left), id -> round());
    } else if (state == LoopState.FINISHING) {
      last();
    } else if (state == LoopState.ENDING) {
      end();
    }
  }

  private void last() {
    transition(LoopState.LAST);
    run(
        "last iteration",
        result -> {
          transition(LoopState.OVER);
          if (result.succeeded()) {
            over.tryComplete();
          } else {
            over.tryFail(
                new VertxException(
                    "the last iteration failed: " + FailureText.messageOrNull(result.cause()),
                    result.cause()));
          }
        });
  }
}
