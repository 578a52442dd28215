package io.github.vertxlifecycle.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A TCP proxy on loopback that disturbs its connections as a network may. Thread-safe. */
final class Proxy implements AutoCloseable {

  /** What the proxy does with the bytes. */
  enum Mode {
    /** Passes everything on. */
    PASS,
    /** Holds everything back for a moment. */
    DELAY,
    /** Lets little through at a time. */
    THROTTLE,
    /** Drops the server's bytes, and keeps the connection open. */
    SWALLOW
  }

  private static final int DELAY_MILLIS = 60;
  private static final int THROTTLED_BYTES = 256;
  private static final int THROTTLED_MILLIS = 10;

  private final ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;

  Proxy(int target) throws IOException {
    this.target = target;
    daemon("accept", this::accept);
  }

  private static void daemon(String what, Runnable task) {
    Thread thread = new Thread(task, "proxy " + what);
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  void mode(Mode next) {
    mode = next;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // closed, or the next one
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      open.add(client);
      open.add(server);
      daemon("to server", () -> copy(client, server, false));
      daemon("to client", () -> copy(server, client, true));
    } catch (IOException e) {
      reset(client);
      reset(server);
    }
  }

  private void copy(Socket from, Socket to, boolean answers) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      byte[] bytes = new byte[16 * 1024];
      int read = in.read(bytes);
      while (read >= 0) {
        forward(bytes, read, to, answers);
        read = in.read(bytes);
      }
    } catch (IOException e) {
      // as if the network had broken it
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private void forward(byte[] bytes, int length, Socket to, boolean answers) throws IOException {
    Mode now = mode;
    if (now == Mode.SWALLOW && answers) {
      return;
    }
    if (now == Mode.DELAY) {
      pause(DELAY_MILLIS);
    }
    int step = now == Mode.THROTTLE ? THROTTLED_BYTES : length;
    for (int at = 0; at < length; at += step) {
      if (now == Mode.THROTTLE) {
        pause(THROTTLED_MILLIS);
      }
      to.getOutputStream().write(bytes, at, Math.min(step, length - at));
    }
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** Resets every open connection; new ones are let through. */
  void cut() {
    open.forEach(Proxy::reset);
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // it was closed already
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
