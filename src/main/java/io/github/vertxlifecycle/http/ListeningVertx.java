package io.github.vertxlifecycle.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A Vert.x whose HTTP servers show their listening socket before they listen.
 *
 * <p>Vert.x has no public way to that socket, but registers it with its acceptor group; so this is
 * Vert.x with another acceptor group, which shows each socket to its user and is otherwise the
 * same. The classes it stands on are internal to Vert.x 5.0: look here when the version moves.
 */
final class ListeningVertx extends VertxWrapper {

  private final EventLoopGroup acceptors;

  private ListeningVertx(VertxInternal vertx, Consumer<Channel> sockets) {
    super(vertx);
    this.acceptors = new Acceptors(vertx.acceptorEventLoopGroup(), sockets);
  }

  static HttpServer createHttpServer(
      VertxInternal vertx, HttpServerOptions options, Consumer<Channel> sockets) {
    return new HttpServerImpl(new ListeningVertx(vertx, sockets), options.copy());
  }

  @Override
  public NetServerInternal createNetServer(NetServerOptions options) {
    return new NetServerImpl(this, options.copy());
  }

  @Override
  public EventLoopGroup acceptorEventLoopGroup() {
    return acceptors;
  }

  /** Shows what is registered with it. */
  @SuppressWarnings("deprecation") // it implements what Netty asks for
  private static final class Acceptors extends AbstractEventExecutorGroup
      implements EventLoopGroup {

    private final EventLoopGroup delegate;
    private final Consumer<Channel> sockets;

    Acceptors(EventLoopGroup delegate, Consumer<Channel> sockets) {
      this.delegate = delegate;
      this.sockets = sockets;
    }

    @Override
    public ChannelFuture register(Channel channel) {
      sockets.accept(channel);
      return delegate.register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
      sockets.accept(promise.channel());
      return delegate.register(promise);
    }

    @Override
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
      sockets.accept(channel);
      return delegate.register(channel, promise);
    }

    @Override
    public EventLoop next() {
      return delegate.next();
    }

    @Override
    public Iterator<EventExecutor> iterator() {
      return delegate.iterator();
    }

    @Override
    public boolean isShuttingDown() {
      return delegate.isShuttingDown();
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
      return delegate.shutdownGracefully(quietPeriod, timeout, unit);
    }

    @Override
    public Future<?> terminationFuture() {
      return delegate.terminationFuture();
    }

    @Override
    public void shutdown() {
      delegate.shutdown();
    }

    @Override
    public boolean isShutdown() {
      return delegate.isShutdown();
    }

    @Override
    public boolean isTerminated() {
      return delegate.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
      return delegate.awaitTermination(timeout, unit);
    }
  }
}
