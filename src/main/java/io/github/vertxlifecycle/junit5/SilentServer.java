package io.github.vertxlifecycle.junit5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * A dependency that hangs from the beginning: the system accepts connections for it, and it says
 * nothing on them. In front of one that works for a while stands a {@link DependencyProxy}.
 */
public final class SilentServer implements AutoCloseable {

  private static final int BACKLOG = 50;

  private final ServerSocket socket;

  /**
   * Listens on 127.0.0.1.
   *
   * @throws UncheckedIOException if there is no free port
   */
  public SilentServer() {
    try {
      socket = new ServerSocket(0, BACKLOG, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where it listens.
   *
   * @return the port
   */
  public int port() {
    return socket.getLocalPort();
  }

  /**
   * Resets the connections, and listens no more.
   *
   * @throws UncheckedIOException if the system fails to
   */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
