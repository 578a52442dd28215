package io.github.vertxlifecycle.vertx;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import java.util.function.UnaryOperator;

/**
 * A Vert.x whose servers show their listening socket before they listen.
 *
 * <p>Vert.x has no public way to that socket, but registers it with its acceptor group; so this is
 * Vert.x with another acceptor group, see {@link Acceptors}, and otherwise the same.
 */
class ListeningVertx extends VertxWrapper {

  private final EventLoopGroup acceptors;

  ListeningVertx(Vertx vertx, UnaryOperator<Channel> sockets) {
    super((VertxInternal) vertx);
    this.acceptors = new Acceptors(delegate.acceptorEventLoopGroup(), sockets);
  }

  @Override
  public EventLoopGroup acceptorEventLoopGroup() {
    return acceptors;
  }
}
