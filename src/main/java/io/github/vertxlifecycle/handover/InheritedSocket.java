package io.github.vertxlifecycle.handover;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
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

  // of Linux: asm-generic/socket.h, linux/in6.h
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SO_ACCEPTCONN = 30;
  private static final int SO_DOMAIN = 39;
  private static final int SOCK_STREAM = 1;
  private static final int AF_UNIX = 1;
  private static final int AF_INET6 = 10;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;

  private final int descriptor;
  private final SocketName name;
  private final boolean onlyIpv6;
  private final Keeper keeper;
  private final @Nullable ServerSocketChannel nio;
  private boolean served;

  private InheritedSocket(
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

  /**
   * Looks at a descriptor. Needs epoll.
   *
   * @param path where clients find it, if it is known to be a Unix domain socket
   * @throws IOException if it is none of a stream socket that listens
   */
  static InheritedSocket of(int descriptor, Keeper keeper, @Nullable String path)
      throws IOException {
    Socket socket = new Socket(descriptor);
    int domain;
    try {
      domain = socket.getIntOpt(SOL_SOCKET, SO_DOMAIN);
      if (socket.getIntOpt(SOL_SOCKET, SO_TYPE) != SOCK_STREAM
          || socket.getIntOpt(SOL_SOCKET, SO_ACCEPTCONN) == 0) {
        throw new IOException("it is no stream socket that listens");
      }
    } catch (IOException e) {
      throw new IOException("descriptor " + descriptor + ": " + e.getMessage(), e);
    }
    if (domain == AF_UNIX) {
      DomainSocketAddress address = socket.localDomainSocketAddress();
      String its = path != null ? path : address == null ? "" : address.path();
      return new InheritedSocket(descriptor, SocketName.ofPath(its), false, keeper, null);
    }
    boolean onlyIpv6 = domain == AF_INET6 && socket.getIntOpt(IPPROTO_IPV6, IPV6_V6ONLY) != 0;
    SocketName name = new SocketName(socket.localAddress(), null);
    return new InheritedSocket(descriptor, name, onlyIpv6, keeper, null);
  }

  /** Standard input, on NIO. */
  static InheritedSocket ofStandardInput(ServerSocketChannel channel) throws IOException {
    SocketAddress address = channel.getLocalAddress();
    if (!(address instanceof java.net.InetSocketAddress tcp)) {
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
    Channel channel;
    if (made instanceof EpollServerSocketChannel) {
      channel = new EpollServerSocketChannel(descriptor);
    } else if (made instanceof EpollServerDomainSocketChannel) {
      channel = new EpollServerDomainSocketChannel(descriptor, true);
    } else if (nio != null && made instanceof NioServerSocketChannel) {
      channel = new KeptOpen(nio);
    } else {
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
      context.channel().config().setAutoRead(accepts);
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
