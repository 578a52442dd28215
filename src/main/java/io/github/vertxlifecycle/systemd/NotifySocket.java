package io.github.vertxlifecycle.systemd;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A way to the socket of datagrams on which systemd listens. The JDK has no such sockets, so it is
 * Netty's, which the native library of its epoll transport brings. For one thread at a time.
 */
final class NotifySocket implements AutoCloseable {

  /** The longest message that systemd takes. */
  static final int MOST_BYTES = 4_096;

  /** What {@code sockaddr_un} holds, without the zero that ends a path. */
  private static final int LONGEST_NAME = 107;

  private final byte[] name;
  private final Socket socket;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MOST_BYTES);

  private NotifySocket(byte[] name, Socket socket) {
    this.name = name;
    this.socket = socket;
  }

  /**
   * Opens it; whether anybody listens shows when something is sent.
   *
   * @param address an absolute path, or an abstract name after {@code @}
   * @throws IOException if the address is neither, or the system has no socket left
   * @throws LinkageError if Netty's library is not there, or not usable here
   */
  static NotifySocket open(String address) throws IOException {
    byte[] name = address.getBytes(StandardCharsets.UTF_8);
    boolean isAbstract = address.startsWith("@");
    if ((!isAbstract && !address.startsWith("/"))
        || name.length < 2
        || name.length > LONGEST_NAME) {
      throw new IOException("it is neither a path nor an abstract name of a Unix socket");
    }
    if (isAbstract) {
      name[0] = 0;
    }
    Epoll.ensureAvailability();
    return new NotifySocket(name, Socket.newSocketDomainDgram());
  }

  /**
   * Sends a message; never waits.
   *
   * @param message lines, each ended; at most {@link #MOST_BYTES}
   * @return false if the receiver's queue is full: try again later
   * @throws IOException if nobody listens
   */
  boolean send(String message) throws IOException {
    buffer.clear();
    buffer.put(message.getBytes(StandardCharsets.UTF_8));
    return socket.sendToDomainSocket(buffer, 0, buffer.position(), name) > 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
