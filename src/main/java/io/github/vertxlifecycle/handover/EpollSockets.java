package io.github.vertxlifecycle.handover;

import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors as sockets, by Netty's epoll transport; apart, because that library may be missing.
 */
final class EpollSockets {

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

  private EpollSockets() {}

  /**
   * Looks at a descriptor.
   *
   * @param path where clients find it, if it is known to be a Unix domain socket
   * @throws IOException if it is none of a stream socket that listens
   */
  static InheritedSocket inherit(
      int descriptor, InheritedSocket.Keeper keeper, @Nullable String path) throws IOException {
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

  /**
   * A channel of a descriptor.
   *
   * @param made a channel that does what the other is to do
   * @return null if that is not of epoll
   */
  static @Nullable Channel channel(Channel made, int descriptor) {
    if (made instanceof EpollServerSocketChannel) {
      return new EpollServerSocketChannel(descriptor);
    }
    return made instanceof EpollServerDomainSocketChannel
        ? new EpollServerDomainSocketChannel(descriptor, true)
        : null;
  }

  /**
   * Makes a socket answer at once instead of waiting, which is a property of the open file, not of
   * the descriptor. Netty does that to what it receives, and has no other way: the descriptor is
   * sent to ourselves, and what arrives is closed.
   */
  static void unblock(int descriptor) throws IOException {
    Epoll.ensureAvailability();
    DomainSocketAddress name = new DomainSocketAddress("\0" + UUID.randomUUID());
    Socket listening = Socket.newSocketDomain();
    Socket sender = Socket.newSocketDomain();
    try {
      listening.bind(name);
      listening.listen(1);
      sender.connect(name);
      Socket receiver = new Socket(listening.accept(new byte[128]));
      try {
        if (sender.sendFd(descriptor) <= 0) {
          throw new IOException("it cannot be passed on");
        }
        int copy = receiver.recvFd();
        if (copy <= 0) {
          throw new IOException("it cannot be received");
        }
        new Socket(copy).close();
      } finally {
        receiver.close();
      }
    } finally {
      sender.close();
      listening.close();
    }
  }
}
