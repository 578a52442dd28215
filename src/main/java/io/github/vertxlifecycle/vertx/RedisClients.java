package io.github.vertxlifecycle.vertx;

import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.PooledRedisConnection;
import io.vertx.redis.client.impl.RedisClusterConnection;
import io.vertx.redis.client.impl.RedisReplicationConnection;
import io.vertx.redis.client.impl.RedisSentinelConnection;
import io.vertx.redis.client.impl.RedisStandaloneConnection;
import io.vertx.redis.client.impl.RequestImpl;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** What the Redis client does not show: the sockets of a connection, the arguments of a command. */
public final class RedisClients {

  private static final MethodHandle SOCKET =
      Internals.getter(RedisStandaloneConnection.class, "netSocket", NetSocket.class);
  private static final MethodHandle OF_SENTINEL =
      Internals.getter(RedisSentinelConnection.class, "connection", AtomicReference.class);
  private static final MethodHandle MASTER =
      Internals.getter(RedisReplicationConnection.class, "master", PooledRedisConnection.class);
  private static final MethodHandle REPLICAS =
      Internals.getter(RedisReplicationConnection.class, "replicas", List.class);
  private static final MethodHandle OF_CLUSTER =
      Internals.getter(RedisClusterConnection.class, "connections", Map.class);

  private RedisClients() {}

  /**
   * The arguments of a command.
   *
   * @param request a request of the client's own
   * @return the arguments, without the command
   */
  public static List<byte[]> arguments(Request request) {
    return ((RequestImpl) request).getArgs();
  }

  /**
   * Closes the sockets of a connection without a word to the server. The pool gives up what it had
   * there; commands without an answer fail. In the modes with several servers these are the sockets
   * to all of them: no other connection uses them at the time. From any thread.
   *
   * @param connection a connection that the client has handed out
   */
  public static void abort(RedisConnection connection) {
    try {
      each(connection, RedisClients::abortSocket);
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }

  private static void each(RedisConnection connection, Consumer<Object> then) throws Throwable {
    if (connection instanceof RedisSentinelConnection one) {
      then.accept(((AtomicReference<?>) OF_SENTINEL.invoke(one)).get());
    } else if (connection instanceof RedisReplicationConnection all) {
      then.accept(MASTER.invoke(all));
      ((List<?>) REPLICAS.invoke(all)).forEach(then);
    } else if (connection instanceof RedisClusterConnection all) {
      Map<?, ?> connections = (Map<?, ?>) OF_CLUSTER.invoke(all);
      synchronized (connections) { // as the client does where it adds one
        connections.values().forEach(then);
      }
    } else {
      then.accept(connection);
    }
  }

  private static void abortSocket(Object connection) {
    if (connection instanceof PooledRedisConnection pooled
        && pooled.actual() instanceof RedisStandaloneConnection one) {
      try {
        ClientSockets.abort(ClientSockets.channel((NetSocket) SOCKET.invoke(one)));
      } catch (Throwable e) {
        throw Internals.unchecked(e);
      }
    }
  }
}
