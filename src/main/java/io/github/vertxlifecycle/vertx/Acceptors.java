package io.github.vertxlifecycle.vertx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * An acceptor group that shows each channel before it registers it with another group, and may
 * register another channel instead. Netty's {@code AbstractBootstrap} goes on with the one that was
 * registered; it calls only the method that is given a channel.
 */
@SuppressWarnings("deprecation") // it implements what Netty asks for
final class Acceptors extends AbstractEventExecutorGroup implements EventLoopGroup {

  private final EventLoopGroup delegate;
  private final UnaryOperator<Channel> sockets;

  Acceptors(EventLoopGroup delegate, UnaryOperator<Channel> sockets) {
    this.delegate = delegate;
    this.sockets = sockets;
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return delegate.register(sockets.apply(channel));
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    return delegate.register(promise);
  }

  @Override
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
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
