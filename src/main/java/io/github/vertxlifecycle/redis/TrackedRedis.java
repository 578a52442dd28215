package io.github.vertxlifecycle.redis;

import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.work.Admission;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;

/**
 * The client that dependents see. It counts each command and each batch until it is answered, and
 * each connection from the moment it is asked for until it is closed. While the component drains,
 * it admits nothing new, but connections that are out go on working.
 */
final class TrackedRedis implements Redis {

  private final Redis delegate;
  private final Admission admission;
  private final String owner;
  private final FailureLog failures;

  /**
   * Wraps a client.
   *
   * @param delegate does the work
   * @param admission counts it
   * @param owner the component that closes the client
   * @param failures takes those of connections that nobody handles
   */
  TrackedRedis(Redis delegate, Admission admission, String owner, FailureLog failures) {
    this.failures = failures;
    this.delegate = delegate;
    this.admission = admission;
    this.owner = owner;
  }

  @Override
  public Future<Response> send(Request command) {
    return admission.admit(CommandName.of(command), () -> delegate.send(command));
  }

  @Override
  public Future<List<Response>> batch(List<Request> commands) {
    return admission.admit(new CommandName(commands), () -> delegate.batch(commands));
  }

  @Override
  public Future<RedisConnection> connect() {
    Work work = admission.admit("wait for a connection");
    if (work == null) {
      return admission.refused("a connection");
    }
    return delegate
        .connect()
        .<RedisConnection>map(
            connection -> new TrackedRedisConnection(connection, work, admission, failures))
        .onFailure(problem -> work.done());
  }

  /** Refuses: the client belongs to its component, and others use it too. */
  @Override
  public Future<Void> close() {
    return Future.failedFuture(
        new UnsupportedOperationException(
            "the client belongs to component \"%s\", which closes it when it stops"
                .formatted(owner)));
  }
}
