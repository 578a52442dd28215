package io.github.vertxlifecycle.redis;

import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.vertx.RedisClients;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was asked and is not answered. A question that takes longer than the limit fails, and its
 * connection is closed, because its answer may still come there and would be taken for that of the
 * next one. The time that a blocking command is told to wait is granted beyond the limit.
 *
 * <p>There is one timer for all of them, while some are open, so the limit is kept to a quarter at
 * best. Thread-safe.
 */
final class Questions {

  /** Looks within the limit. */
  private static final int LOOKS = 8;

  private final Vertx vertx;
  private final Duration limit;
  private final String component;
  private final Set<Question<?>> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean looking = new AtomicBoolean();

  /**
   * Makes a set that is empty.
   *
   * @param limit how long an answer may take; zero for as long as it likes
   * @param component whose section says so
   */
  Questions(Vertx vertx, Duration limit, String component) {
    this.vertx = vertx;
    this.limit = limit;
    this.component = component;
  }

  /**
   * Asks something.
   *
   * @param name for the message if there is no answer; its toString is called then
   * @param commands what is asked; empty for a connection
   * @param ask asks; it tells the question on which connection, once that is known
   * @param <T> the answer
   * @return the answer, on the context of the caller
   */
  <T> Future<T> ask(Object name, List<Request> commands, Function<Question<T>, Future<T>> ask) {
    Duration wait = BlockingTime.of(commands);
    Question<T> question =
        new Question<>(name, wait == null ? Duration.ZERO : limit.plus(wait), component);
    Future<T> answer = ask.apply(question);
    if (limit.isZero() || wait == null || answer.isComplete()) {
      return answer;
    }
    Context context = vertx.getOrCreateContext();
    question.fail =
        problem -> {
          open.remove(question);
          context.runOnContext(v -> question.answer.tryFail(problem));
        };
    open.add(question);
    answer.onComplete(
        done -> {
          open.remove(question);
          if (done.succeeded()) {
            T result = done.result();
            if (!question.answer.tryComplete(result) && result instanceof RedisConnection unused) {
              unused.close();
            }
          } else {
            question.answer.tryFail(done.cause());
          }
        });
    lookLater();
    return question.answer.future();
  }

  private void lookLater() {
    if (!open.isEmpty() && looking.compareAndSet(false, true)) {
      vertx.setTimer(Math.max(1, limit.toMillis() / LOOKS), id -> look());
    }
  }

  private void look() {
    long now = System.nanoTime();
    for (Question<?> one : open) {
      if (now - one.since >= one.longest.toNanos()) {
        one.giveUp();
      }
    }
    looking.set(false);
    lookLater();
  }

  /** One question. */
  static final class Question<T> {
    private final Object name;
    private final Duration longest;
    private final String component;
    private final long since = System.nanoTime();
    private final Promise<T> answer = Promise.promise();
    private Consumer<Throwable> fail = answer::tryFail; // before publication
    private volatile @Nullable RedisConnection connection;
    private volatile boolean givenUp;

    private Question(Object name, Duration longest, String component) {
      this.name = name;
      this.longest = longest;
      this.component = component;
    }

    /**
     * Says where it is asked.
     *
     * @return false if it was given up; then nothing must be asked there
     */
    boolean askedOn(RedisConnection one) {
      connection = one;
      return !givenUp;
    }

    private void giveUp() {
      givenUp = true;
      RedisConnection asked = connection;
      fail.accept(new TimeoutException(asked == null ? noConnection() : noAnswer()));
      if (asked != null) {
        RedisClients.abort(asked);
      }
    }

    private String noAnswer() {
      return "Redis did not answer %s within %s; its connection was closed, and whether the command took effect is not known; see what holds it up there, or raise %s.requestTimeout"
          .formatted(name, Durations.format(longest), component);
    }

    private String noConnection() {
      return "%s got no connection to Redis within %s; see whether it answers there, raise %3$s.poolSize if connections are used up, or raise %3$s.requestTimeout"
          .formatted(name, Durations.format(longest), component);
    }
  }
}
