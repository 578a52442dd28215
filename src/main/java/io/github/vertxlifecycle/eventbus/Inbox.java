package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.impl.MessageConsumerImpl;
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
  private final Writes writes;
  private final Consumers.Declared<T> declared;
  private final int atOnce;

  private final Queue<Letter<T>> waiting = new ArrayDeque<>();
  private final Set<Letter<T>> handled = new LinkedHashSet<>();
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
   * @param declared what is consumed
   * @param concurrency how many handlers run at once, unless they are ordered
   */
  Inbox(
      String owner,
      Context context,
      WorkTracker work,
      Writes writes,
      Consumers.Declared<T> declared,
      int concurrency) {
    this.owner = owner;
    this.context = context;
    this.work = work;
    this.writes = writes;
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
    if (made instanceof MessageConsumerImpl<T> vertxOwn) {
      // what comes between the last message and the end of the registration; this answer is faster
      vertxOwn.discardHandler(late -> new Letter<>(late, writes).turnAway(stopping()));
    }
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
    Letter<T> letter = new Letter<>(message, writes);
    boolean fromElsewhere = letter.isFromElsewhere();
    if (fromElsewhere) {
      lastFromElsewhere = System.nanoTime();
    } else if (closedToThisNode) {
      letter.turnAway(stopping());
      return;
    }
    int most = declared.options().getMaxBufferedMessages();
    boolean now = handled.size() < atOnce;
    if (!now && waiting.size() >= most) {
      letter.turnAway(
          "component \"%s\" has %d messages of %s waiting".formatted(owner, most, address()));
      return;
    }
    Work counted = work.count(letter, fromElsewhere ? "another node" : null);
    if (counted == null) {
      letter.turnAway(stopping());
      return;
    }
    letter.countedAs(counted);
    if (now) {
      handled.add(letter);
      begin(letter);
    } else {
      waiting.add(letter);
    }
  }

  private String stopping() {
    return "component \"%s\" does not handle %s: it is stopping".formatted(owner, address());
  }

  private void begin(Letter<T> letter) {
    if (ended) {
      return; // turned away already
    }
    letter.begin();
    Future<?> result;
    try {
      result =
          Objects.requireNonNull(
              declared.handler().apply(letter),
              () -> "the handler of " + address() + " returned null");
    } catch (Throwable e) {
      result = Future.failedFuture(e);
    }
    result.onComplete(answer -> answered(letter, answer));
  }

  /** On whatever thread the handler's future completed. */
  private void answered(Letter<T> letter, AsyncResult<?> answer) {
    try {
      letter.answer(answer);
    } finally {
      context.runOnContext(v -> next(letter));
    }
  }

  private void next(Letter<T> over) {
    handled.remove(over);
    Letter<T> next = waiting.poll();
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
    for (Letter<T> letter : handled) {
      answers.add(
          letter.hasBegun()
              ? letter.cut(
                  "component \"%s\" was stopped before it had handled %s"
                      .formatted(owner, address()))
              : letter.turnAway(stopping()));
    }
    waiting.forEach(letter -> answers.add(letter.turnAway(stopping())));
    waiting.clear();
    return Future.join(answers).transform(written -> unregister()).otherwiseEmpty();
  }
}
