package io.github.vertxlifecycle.handover;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/** A socket that listened before this process asked for it. */
final class InheritedSocket {

  /** Who has it open, too. */
  enum Keeper {
    /** For as long as the service is there: systemd, or another supervisor. */
    SUPERVISOR,
    /** The process that this one replaces, until it has. */
    PREDECESSOR
  }

  private final int descriptor;
  private final SocketName name;
  private final boolean onlyIpv6;
  private final Keeper keeper;
  private final @Nullable ServerSocketChannel nio;
  private boolean served;

  /**
   * Makes one.
   *
   * @param onlyIpv6 whether a socket of all IPv6 addresses serves no IPv4
   * @param nio the channel of standard input on NIO; else the descriptor is used, on epoll
   */
  InheritedSocket(
      int descriptor,
      SocketName name,
      boolean onlyIpv6,
      Keeper keeper,
      @Nullable ServerSocketChannel nio) {
    this.descriptor = descriptor;
    this.name = name;
    this.onlyIpv6 = onlyIpv6;
    this.keeper = keeper;
    this.nio = nio;
  }

  /**
   * Another process serves it until this one can: nobody is accepted here before {@link
   * OpenSocket#accept}, for if this process failed, who was accepted would be lost.
   */
  InheritedSocket served() {
    served = true;
    return this;
  }

  boolean isServed() {
    return served;
  }

  /** Standard input, on NIO. */
  static InheritedSocket ofStandardInput(ServerSocketChannel channel) throws IOException {
    SocketAddress address = channel.getLocalAddress();
    if (!(address instanceof InetSocketAddress tcp)) {
      throw new IOException("descriptor 0: on NIO only a TCP socket can be used");
    }
    return new InheritedSocket(0, new SocketName(tcp, null), false, Keeper.SUPERVISOR, channel);
  }

  SocketName name() {
    return name;
  }

  Keeper keeper() {
    return keeper;
  }

  boolean serves(SocketName wanted) {
    return name.serves(wanted, onlyIpv6);
  }

  void close() {
    if (nio != null) {
      return; // the JDK would have standard output and error closed with it
    }
    try {
      new FileDescriptor(descriptor).close();
    } catch (IOException e) {
      // nothing depends on it
    }
  }

  /**
   * Makes a channel of this socket that does what another was made for.
   *
   * @param made is about to be registered and bound; is closed
   * @return a channel to be registered instead, for which a bind succeeds at once
   */
  Channel instead(Channel made) {
    Channel channel =
        nio != null && made instanceof NioServerSocketChannel
            ? new KeptOpen(nio)
            : EpollSockets.channel(made, descriptor);
    if (channel == null) {
      throw new IllegalStateException(
          "the inherited socket %s needs the epoll transport, not %s"
              .formatted(name, made.getClass().getSimpleName()));
    }
    channel.config().setAutoRead(false); // nobody is accepted before all is there
    channel.pipeline().addLast(new BoundAlready(!served));
    ChannelHandler initializer = made.pipeline().removeFirst();
    channel.pipeline().addLast(initializer);
    made.unsafe().closeForcibly();
    return channel;
  }

  @Override
  public String toString() {
    return name.toString();
  }

  /** Answers a bind that happened before the channel was made. */
  private static final class BoundAlready extends ChannelOutboundHandlerAdapter {
    private final boolean accepts;

    BoundAlready(boolean accepts) {
      this.accepts = accepts;
    }

    @Override
    public void bind(ChannelHandlerContext context, SocketAddress address, ChannelPromise promise) {
      promise.setSuccess();
      // whoever hears of it may have it accept from now on: that is not undone here
      if (accepts) {
        context.channel().config().setAutoRead(true);
      }
    }
  }

  /**
   * Standard input on NIO is not closed: the JDK would let go of standard output and error with it.
   * That it is not read any more is enough, because the supervisor keeps the socket.
   */
  private static final class KeptOpen extends NioServerSocketChannel {
    private volatile boolean closed;

    KeptOpen(ServerSocketChannel channel) {
      super(channel);
    }

    @Override
    public boolean isOpen() {
      return !closed && super.isOpen();
    }

    @Override
    protected void doClose() {
      closed = true; // and Netty takes it from its selector
    }
  }
}
