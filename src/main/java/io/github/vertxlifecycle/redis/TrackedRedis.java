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
import java.util.Set;
import java.util.function.Function;

/**
 * The client that dependents see. It counts each command and each batch until it is answered, and
 * each connection from the moment it is asked for until it is closed. While the component drains,
 * it admits nothing new, but connections that are out go on working.
 */
final class TrackedRedis implements Redis {

  private static final Set<String> TRANSACTIONAL =
      Set.of("MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH");

  private final Redis delegate;
  private final Admission admission;
  private final Questions questions;
  private final String owner;
  private final FailureLog failures;

  /**
   * Wraps a client.
   *
   * @param delegate does the work
   * @param admission counts it
   * @param questions limits how long it takes
   * @param owner the component that closes the client
   * @param failures takes those of connections that nobody handles
   */
  TrackedRedis(
      Redis delegate, Admission admission, Questions questions, String owner, FailureLog failures) {
    this.failures = failures;
    this.delegate = delegate;
    this.admission = admission;
    this.questions = questions;
    this.owner = owner;
  }

  @Override
  public Future<Response> send(Request command) {
    return admission.admit(CommandName.of(command), () -> ask(command));
  }

  @Override
  public Future<List<Response>> batch(List<Request> commands) {
    CommandName name = new CommandName(commands);
    return admission.admit(
        name,
        () ->
            commands.isEmpty() || commands.stream().anyMatch(TrackedRedis::subscribes)
                ? delegate.batch(commands)
                : ask(name, commands, connection -> connection.batch(commands)));
  }

  /** Sends a command that is not counted. */
  Future<Response> ask(Request command) {
    return isForConnections(command)
        ? delegate.send(command) // which refuses it
        : ask(CommandName.of(command), List.of(command), connection -> connection.send(command));
  }

  /** Does as the client does for a command of its own, but knows the connection. */
  <T> Future<T> ask(
      CommandName name, List<Request> commands, Function<RedisConnection, Future<T>> send) {
    return questions.ask(
        name,
        commands,
        question ->
            delegate
                .connect()
                .compose(
                    connection ->
                        question.askedOn(connection)
                            ? send.apply(connection).eventually(connection::close)
                            : connection.close().compose(closed -> Future.failedFuture("late"))));
  }

  private static boolean isForConnections(Request command) {
    return TRANSACTIONAL.contains(CommandName.upperCase(command.command())) || subscribes(command);
  }

  private static boolean subscribes(Request command) {
    return CommandName.upperCase(command.command()).endsWith("SUBSCRIBE");
  }

  @Override
  public Future<RedisConnection> connect() {
    Work work = admission.admit("wait for a connection");
    if (work == null) {
      return admission.refused("a connection");
    }
    return questions
        .<RedisConnection>ask("a user", List.of(), question -> delegate.connect())
        .<RedisConnection>map(
            connection ->
                new TrackedRedisConnection(connection, work, admission, questions, failures))
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
