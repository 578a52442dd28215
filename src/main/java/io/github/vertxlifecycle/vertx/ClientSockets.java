package io.github.vertxlifecycle.vertx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetClientInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sockets of a database's client, from the moment each is connected. A server that accepts a
 * connection and says nothing does not hold it for ever, and a stop can close them all without
 * asking any server. Thread-safe.
 *
 * <p>Neither client shows its sockets, and a connection that is being made none at all; but both
 * make them with a {@link NetClient} that they ask Vert.x for. So the client gets Vert.x with a
 * {@code createNetClient} of its own, see {@link #watching}, and otherwise the same.
 */
public final class ClientSockets {

  /** How long a server may take over closing its side of them. */
  private static final long LET_GO_MILLIS = 500; // less than a release has by default

  private final Duration greeting;
  private final boolean once;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private volatile boolean aborted;

  /**
   * Makes a set that is empty.
   *
   * @param greeting how long a new connection may wait for each answer until the client is greeted;
   *     zero for as long as it likes
   * @param once whether the first answer is all the greeting; else {@link SqlClients#limit} ends it
   */
  public ClientSockets(Duration greeting, boolean once) {
    this.greeting = greeting;
    this.once = once;
  }

  /**
   * The Vert.x to make the client with.
   *
   * @param vertx the Vert.x
   * @return the same, but the sockets of its TCP clients are known here
   */
  public Vertx watching(Vertx vertx) {
    return new WatchedVertx(vertx);
  }

  /**
   * Closes the sockets when a client that was asked to close does not do so soon, because its
   * server does not answer.
   *
   * @param vertx for a timer
   * @param asked what the client returned
   * @return completes when the client has closed, or all sockets are
   */
  public Future<Void> closeAfter(Vertx vertx, Future<?> asked) {
    Promise<Void> closed = Promise.promise();
    long timer =
        vertx.setTimer(LET_GO_MILLIS, id -> abort().onComplete(gone -> closed.tryComplete()));
    asked.onComplete(
        done -> {
          vertx.cancelTimer(timer);
          if (done.succeeded()) {
            closed.tryComplete();
          } else {
            closed.tryFail(done.cause());
          }
        });
    return closed.future();
  }

  /**
   * Closes all sockets, and those that come later, without a word to the server and without waiting
   * for what it has not taken yet.
   *
   * @return completes when they are closed
   */
  public Future<Void> abort() {
    aborted = true;
    List<Future<Void>> closed = new ArrayList<>();
    for (Channel one : open) {
      Promise<Void> gone = Promise.promise();
      one.closeFuture().addListener(done -> gone.complete());
      closed.add(gone.future());
      abort(one);
    }
    return Future.join(closed).mapEmpty();
  }

  /**
   * Closes a socket without a word to its server. Past the handlers of the pipeline, because those
   * of a client would first send what the server may never take.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
  static void abort(Channel channel) {
    channel
        .eventLoop()
        .execute(
            () -> {
              ChannelHandlerContext first = channel.pipeline().firstContext();
              if (first != null) {
                first.close();
              }
            });
  }

  /** The channel of a socket. */
  static Channel channel(NetSocket socket) {
    return ((NetSocketInternal) socket).channelHandlerContext().channel();
  }

  private void opened(NetSocket socket) {
    Channel channel = channel(socket);
    open.add(channel);
    channel.closeFuture().addListener(closed -> open.remove(channel));
    if (!greeting.isZero()) {
      channel
          .pipeline()
          .addBefore("handler", GreetingTimer.NAME, new GreetingTimer(greeting, once));
    }
    if (aborted) {
      abort(channel);
    }
  }

  private final class WatchedVertx extends VertxWrapper {

    WatchedVertx(Vertx vertx) {
      super((VertxInternal) vertx);
    }

    @Override
    public NetClient createNetClient(NetClientOptions options) {
      NetClientInternal client = (NetClientInternal) delegate.createNetClient(options);
      // a proxy, because the interface is not the same in all versions of Vert.x
      return (NetClient)
          Proxy.newProxyInstance(
              NetClientInternal.class.getClassLoader(),
              new Class<?>[] {NetClientInternal.class},
              (proxy, method, arguments) -> call(client, method, arguments));
    }

    private Object call(NetClientInternal client, Method method, Object[] arguments)
        throws Throwable {
      if (method.getName().equals("connectInternal")) {
        ((Promise<?>) arguments[1])
            .future()
            .onSuccess(socket -> opened((NetSocket) socket)); // before the client sees it
      }
      Object result;
      try {
        result = method.invoke(client, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
      return method.getName().equals("connect")
          ? ((Future<?>) result).onSuccess(socket -> opened((NetSocket) socket))
          : result;
    }
  }
}
