package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.event.FailureText;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpResponseHead;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Clients of an application that is stopped at a random moment, and what each request was answered:
 * {@code sent = acknowledged + refused + unanswered + failed}. From {@link RandomStop#load}.
 * Thread-safe.
 *
 * <p>A request is <em>acknowledged</em> if its future succeeds, with a response of HTTP below 400
 * if it is a response; <em>refused</em> by 503, by a port on which nobody listens, and on the event
 * bus if nobody is registered; <em>unanswered</em> if the connection was lost, or the answer did
 * not come before the process would have been gone; and else it has <em>failed</em>.
 *
 * @param <T> what a request carries, and the world is asked for
 */
public final class StopLoad<T> {

  private static final int SHOWN = 5;
  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;
  private static final long PAUSE_MILLIS = 5;

  private final RandomStop round;
  private final Context context;
  private final int clients;
  private final IntFunction<? extends T> item;
  private final Function<? super T, ? extends @Nullable Future<?>> request;
  private final List<T> sent = new ArrayList<>(); // guarded by this, as all below
  private final List<T> acknowledged = new ArrayList<>();
  private final List<T> refused = new ArrayList<>();
  private final Map<T, String> failed = new LinkedHashMap<>();
  private int open;
  private boolean ended;
  private @Nullable Throwable broken; // what the test's own code threw; that client has ended

  StopLoad(
      RandomStop round,
      Context context,
      int clients,
      IntFunction<? extends T> item,
      Function<? super T, ? extends @Nullable Future<?>> request) {
    this.round = round;
    this.context = context;
    this.clients = clients;
    this.item = item;
    this.request = request;
  }

  void begin() {
    for (int i = 0; i < clients; i++) {
      context.runOnContext(v -> next());
    }
  }

  private void next() {
    T one;
    synchronized (this) {
      if (ended) {
        return;
      }
      try {
        one = item.apply(sent.size());
      } catch (Throwable e) {
        broken = e;
        return;
      }
      sent.add(one);
      open++;
    }
    round.sent();
    send(one)
        .onComplete(
            answer -> {
              boolean again = answered(one, answer);
              if (again) {
                context.runOnContext(v -> next());
              } else {
                context.owner().setTimer(PAUSE_MILLIS, id -> next());
              }
            });
  }

  private Future<?> send(T one) {
    try {
      Future<?> answer = request.apply(one);
      if (answer == null) {
        return Future.failedFuture(
            new NullPointerException("the request returned null, not a future"));
      }
      return answer.compose(
          value ->
              value instanceof HttpClientResponse response
                  ? response.end().map(response)
                  : Future.succeededFuture(value));
    } catch (Throwable e) {
      synchronized (this) {
        broken = e;
      }
      return Future.failedFuture(e);
    }
  }

  /** Whether the service is there for the next one. */
  private synchronized boolean answered(T one, AsyncResult<?> answer) {
    open--;
    boolean good = false;
    if (answer.failed()) {
      failed(one, answer.cause());
    } else if (answer.result() instanceof HttpResponseHead head
        && head.statusCode() >= BAD_REQUEST) {
      if (head.statusCode() == UNAVAILABLE) {
        refused.add(one);
      } else {
        failed.put(one, "answered " + head.statusCode());
      }
    } else {
      acknowledged.add(one);
      good = true;
    }
    notifyAll();
    return good;
  }

  private void failed(T one, Throwable cause) {
    if (isRefused(cause)) {
      refused.add(one);
    } else if (!ended && !isLost(cause)) {
      failed.put(one, FailureText.of(cause));
    }
  }

  private static boolean isRefused(Throwable cause) {
    return cause instanceof ConnectException
        || (cause instanceof ReplyException reply
            && reply.failureType() == ReplyFailure.NO_HANDLERS);
  }

  private static boolean isLost(Throwable cause) {
    return cause instanceof IOException
        || cause instanceof HttpClosedException
        || cause instanceof StreamResetException
        || cause instanceof TimeoutException
        || (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT);
  }

  /** Sends no more. What fails from now on has not been answered. */
  synchronized void end() {
    ended = true;
  }

  /** Waits for the answers that are still to come, which the closed Vert.x gives. */
  synchronized void awaitAnswers(long deadlineNanos) throws InterruptedException {
    long left = deadlineNanos - System.nanoTime();
    while (open > 0 && left > 0) {
      wait(1 + left / 1_000_000);
      left = deadlineNanos - System.nanoTime();
    }
  }

  // ── what a test asks ───────────────────────────────────────────────────────────────────────────

  /**
   * What was sent, in this order.
   *
   * @return a copy
   */
  public synchronized List<T> sent() {
    return List.copyOf(sent);
  }

  /**
   * What was acknowledged, in the order of the answers.
   *
   * @return a copy
   */
  public synchronized List<T> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /**
   * What was refused, in the order of the answers.
   *
   * @return a copy
   */
  public synchronized List<T> refused() {
    return List.copyOf(refused);
  }

  /**
   * What nobody has answered. It may have been done.
   *
   * @return a copy, with what no answer is known of yet
   */
  public synchronized List<T> unanswered() {
    Set<T> answered = new HashSet<>(acknowledged);
    answered.addAll(refused);
    answered.addAll(failed.keySet());
    return sent.stream().filter(one -> !answered.contains(one)).toList();
  }

  /**
   * What has failed, and how.
   *
   * @return a copy, in the order of the answers
   */
  public synchronized Map<T, String> failed() {
    return new LinkedHashMap<>(failed);
  }

  /**
   * Compares what was acknowledged with what is there: all of that is, and nothing is there that
   * was never sent. What was not acknowledged may be there.
   *
   * @param world what is there
   * @throws AssertionError if something is missing or was never sent; names it, and says what to do
   */
  public void requireIn(Collection<? extends T> world) {
    Set<T> there = new HashSet<>(world);
    List<T> missing = acknowledged().stream().filter(one -> !there.contains(one)).toList();
    if (!missing.isEmpty()) {
      throw new AssertionError(
          "%s of %s were acknowledged and are not there: %s%s\nNobody waited for what does them: answer when it is done, or track(…) it in the component that does it, and let that depend on what it needs."
              .formatted(
                  missing.size(), acknowledged().size(), some(missing), round.whatWasSaid()));
    }
    Set<T> known = new HashSet<>(sent());
    List<? extends T> foreign = world.stream().filter(one -> !known.contains(one)).toList();
    if (!foreign.isEmpty()) {
      throw new AssertionError(
          "%s are there and were never sent: %s. Does each round begin with an empty world?"
              .formatted(foreign.size(), some(foreign)));
    }
  }

  private static String some(Collection<?> all) {
    List<String> shown = all.stream().limit(SHOWN).map(String::valueOf).toList();
    return String.join(", ", shown) + (all.size() > SHOWN ? ", …" : "");
  }

  /** What is wrong with the answers, given that nothing was cut; empty if nothing is. */
  List<String> problems(boolean isNothingCut) {
    List<String> problems = new ArrayList<>();
    Throwable thrown = thrown();
    if (thrown != null) {
      problems.add("the test's own load threw " + FailureText.of(thrown));
    }
    Map<T, String> all = failed();
    if (isNothingCut && !all.isEmpty()) {
      Map.Entry<T, String> first = all.entrySet().iterator().next();
      problems.add(
          "%s of %s requests have failed; the first, %s: %s. If they do so in a stop only, what they need has gone before them: declare .dependsOn(…) on the component that answers them"
              .formatted(all.size(), sent().size(), first.getKey(), first.getValue()));
    }
    boolean tried = sent().size() > 2 * clients || round.isTimedOut();
    if (tried && acknowledged().isEmpty() && all.isEmpty() && thrown == null) {
      problems.add(
          "none of %s requests was acknowledged, so the round has shown nothing; do they go to this application, and is each answered?"
              .formatted(sent().size()));
    }
    return problems;
  }

  private synchronized @Nullable Throwable thrown() {
    return broken;
  }

  /** For people: how many there were of each. */
  @Override
  public synchronized String toString() {
    return "%s sent, %s acknowledged, %s refused, %s unanswered, %s failed"
        .formatted(
            sent.size(), acknowledged.size(), refused.size(), unanswered().size(), failed.size());
  }
}
