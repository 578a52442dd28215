package io.github.vertxlifecycle.redis;

import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.work.Admission;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * A connection that is out of the pool: one unit of work until its user or the server closes it.
 * Each command on it is a unit of work, too, until it is answered.
 *
 * <p>A connection that subscribes is made to stay, so it no longer counts as work; each message
 * does, while its handler runs.
 */
final class TrackedRedisConnection implements RedisConnection {

  private static final Set<String> SUBSCRIBES = Set.of("SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE");

  private final RedisConnection delegate;
  private final Work work;
  private final Admission admission;
  private final Questions questions;
  private final FailureLog failures;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Promise<Void> closed = Promise.promise();
  private volatile boolean inTransaction;
  private volatile @Nullable Handler<Void> endHandler;
  private volatile @Nullable Handler<Throwable> exceptionHandler;

  TrackedRedisConnection(
      RedisConnection delegate,
      Work work,
      Admission admission,
      Questions questions,
      FailureLog failures) {
    this.failures = failures;
    this.delegate = delegate;
    this.work = work;
    this.admission = admission;
    this.questions = questions;
    work.rename(this);
    delegate.endHandler(end -> ended());
    delegate.exceptionHandler(this::failed);
  }

  private void ended() {
    work.done();
    Handler<Void> handler = endHandler;
    if (handler != null) {
      handler.handle(null);
    }
  }

  private void failed(Throwable problem) {
    if (!(problem instanceof IllegalStateException)) { // reports an answer that nothing waits for
      work.done(); // the client has given the connection up
    }
    Handler<Throwable> handler = exceptionHandler;
    if (handler != null) {
      handler.handle(problem);
    } else {
      failures.failed(Level.WARN, "a connection to Redis", problem);
    }
  }

  /** The name of the connection in reports. */
  @Override
  public String toString() {
    return inTransaction ? "connection in MULTI" : "connection";
  }

  @Override
  public Future<Response> send(Request command) {
    String name = CommandName.upperCase(command.command());
    switch (name) {
      case "MULTI" -> inTransaction = true;
      case "EXEC", "DISCARD" -> inTransaction = false;
      default -> {}
    }
    Future<Response> answer =
        admission.count(name, () -> ask(name, List.of(command), () -> delegate.send(command)));
    if (SUBSCRIBES.contains(name)) {
      work.done();
    }
    return answer;
  }

  @Override
  public Future<List<Response>> batch(List<Request> commands) {
    CommandName name = new CommandName(commands);
    return admission.count(name, () -> ask(name, commands, () -> delegate.batch(commands)));
  }

  private <T> Future<T> ask(Object name, List<Request> commands, Supplier<Future<T>> send) {
    return questions.ask(
        name,
        commands,
        question -> {
          question.askedOn(delegate); // not given up yet: it has just begun
          return send.get();
        });
  }

  @Override
  public RedisConnection handler(@Nullable Handler<Response> handler) {
    delegate.handler(handler == null ? null : message -> handle(message, handler));
    return this;
  }

  private void handle(Response message, Handler<Response> handler) {
    Work handling = admission.count("message of a subscription");
    try {
      handler.handle(message);
    } finally {
      if (handling != null) {
        handling.done();
      }
    }
  }

  /**
   * Gives the connection back, without the handlers: another user gets it next, and a second call
   * must not touch that one's.
   */
  @Override
  public Future<Void> close() {
    if (closing.compareAndSet(false, true)) {
      delegate.handler(null);
      delegate.endHandler(null);
      exceptionHandler = null;
      endHandler = null;
      delegate.close().onComplete(done -> work.done()).onComplete(closed);
    }
    return closed.future();
  }

  @Override
  public RedisConnection endHandler(@Nullable Handler<Void> handler) {
    endHandler = handler;
    return this;
  }

  @Override
  public RedisConnection exceptionHandler(@Nullable Handler<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  @Override
  public RedisConnection pause() {
    delegate.pause();
    return this;
  }

  @Override
  public RedisConnection resume() {
    delegate.resume();
    return this;
  }

  @Override
  public RedisConnection fetch(long amount) {
    delegate.fetch(amount);
    return this;
  }

  @Override
  public boolean pendingQueueFull() {
    return delegate.pendingQueueFull();
  }
}
