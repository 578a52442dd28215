package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.vertx.DiscardedMessages;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one consumer: those that wait and those that are handled.
 *
 * <p>Vert.x drops what its own consumer has buffered when that is unregistered, so nothing is left
 * there: each message is taken at once and is work in flight from then on, waiting or not.
 *
 * <p>All on the context of the component, also while it is called back.
 */
final class Inbox<T> implements Handler<Message<T>> {

  private final String owner;
  private final Context context;
  private final WorkTracker work;
  private final WriteCompletion writes;
  private final FailureLog failures;
  private final Consumers.Declared<T> declared;
  private final int atOnce;

  private final Queue<TrackedMessage<T>> waiting = new ArrayDeque<>();
  private final Set<TrackedMessage<T>> handled = new LinkedHashSet<>();
  private @Nullable MessageConsumer<T> consumer;
  private boolean closedToThisNode;
  private boolean ended;
  private long lastFromElsewhere = System.nanoTime();

  /**
   * Makes an inbox that takes nothing yet.
   *
   * @param owner the component's name
   * @param context the component's context
   * @param work counts the messages
   * @param writes follows the answers
   * @param failures takes those that no answer tells the sender of
   * @param declared what is consumed
   * @param concurrency how many handlers run at once, unless they are ordered
   */
  Inbox(
      String owner,
      Context context,
      WorkTracker work,
      WriteCompletion writes,
      FailureLog failures,
      Consumers.Declared<T> declared,
      int concurrency) {
    this.owner = owner;
    this.context = context;
    this.work = work;
    this.writes = writes;
    this.failures = failures;
    this.declared = declared;
    this.atOnce = declared.ordered() ? 1 : concurrency;
  }

  String address() {
    return declared.options().getAddress();
  }

  boolean isLocalOnly() {
    return declared.options().isLocalOnly();
  }

  /**
   * Begins to take messages: those of this node at once.
   *
   * @return completes when the cluster knows
   */
  Future<Void> register(EventBus bus) {
    MessageConsumer<T> made = bus.consumer(declared.options());
    consumer = made;
    // what comes between the last message and the end of the registration; this answer is faster
    DiscardedMessages.handle(
        made, late -> new TrackedMessage<>(late, writes, failures).turnAway(stopping()));
    made.handler(this);
    return made.completion();
  }

  /** Takes nothing any more; Vert.x itself says so to those who send on this node. */
  Future<Void> unregister() {
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  // ── messages ───────────────────────────────────────────────────────────────────────────────────

  @Override
  public void handle(Message<T> message) {
    TrackedMessage<T> tracked = new TrackedMessage<>(message, writes, failures);
    boolean fromElsewhere = tracked.isFromElsewhere();
    if (fromElsewhere) {
      lastFromElsewhere = System.nanoTime();
    } else if (closedToThisNode) {
      tracked.turnAway(stopping());
      return;
    }
    int most = declared.options().getMaxBufferedMessages();
    boolean now = handled.size() < atOnce;
    if (!now && waiting.size() >= most) {
      tracked.turnAway(
          "component \"%s\" has %s messages of %s waiting".formatted(owner, most, address()));
      return;
    }
    Work counted = work.count(tracked, fromElsewhere ? "another node" : null);
    if (counted == null) {
      tracked.turnAway(stopping());
      return;
    }
    tracked.countedAs(counted);
    if (now) {
      handled.add(tracked);
      begin(tracked);
    } else {
      waiting.add(tracked);
    }
  }

  private String stopping() {
    return "component \"%s\" does not handle %s: it is stopping".formatted(owner, address());
  }

  private void begin(TrackedMessage<T> tracked) {
    if (ended) {
      return; // turned away already
    }
    tracked.begin();
    Future<?> result;
    try {
      result =
          Objects.requireNonNull(
              declared.handler().apply(tracked),
              () -> "the handler of " + address() + " returned null");
    } catch (Throwable e) {
      result = Future.failedFuture(e);
    }
    result.onComplete(answer -> answered(tracked, answer));
  }

  /** On whatever thread the handler's future completed. */
  private void answered(TrackedMessage<T> tracked, AsyncResult<?> answer) {
    try {
      tracked.answer(answer);
    } finally {
      context.runOnContext(v -> next(tracked));
    }
  }

  private void next(TrackedMessage<T> over) {
    handled.remove(over);
    TrackedMessage<T> next = waiting.poll();
    if (next != null) {
      handled.add(next);
      next.arrival(context).runOnContext(v -> begin(next));
    }
    over.done();
  }

  // ── stop ───────────────────────────────────────────────────────────────────────────────────────

  /** Takes nothing new from this node; other nodes may not know yet. */
  void closeToThisNode() {
    closedToThisNode = true;
  }

  /** When a message came from another node, in the nanoseconds of this JVM. */
  long lastFromElsewhere() {
    return lastFromElsewhere;
  }

  /**
   * Answers whatever is left, which is only something if the drain was cut, and unregisters.
   *
   * @return completes when the answers are written
   */
  Future<?> end() {
    ended = true;
    closedToThisNode = true;
    List<Future<?>> answers = new ArrayList<>();
    for (TrackedMessage<T> tracked : handled) {
      answers.add(
          tracked.hasBegun()
              ? tracked.cut(
                  "component \"%s\" was stopped before it had handled %s"
                      .formatted(owner, address()))
              : tracked.turnAway(stopping()));
    }
    waiting.forEach(tracked -> answers.add(tracked.turnAway(stopping())));
    waiting.clear();
    return Future.join(answers).transform(written -> unregister()).otherwiseEmpty();
  }
}
