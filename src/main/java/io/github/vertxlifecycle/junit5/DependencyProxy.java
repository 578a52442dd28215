package io.github.vertxlifecycle.junit5;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on 127.0.0.1 in front of what an application depends on, which disturbs the
 * connections as a network or a server in trouble does.
 *
 * <pre>{@code
 * try (DependencyProxy postgres = DependencyProxy.to("127.0.0.1", 5432)) {
 *   // an application whose configuration says postgres.port()
 *   postgres.hang();
 *   // what the application does now
 *   postgres.heal();
 * }
 * }</pre>
 *
 * <p>One fault at a time: each replaces the one before, for open connections and for new ones, and
 * {@link #heal()} ends it. {@link #cut()} happens once, whatever the fault. Thread-safe.
 */
public final class DependencyProxy implements AutoCloseable {

  /** What happens to the bytes. */
  private enum ProxyFault {
    NONE,
    HANG,
    SLOW,
    THIN,
    LOSE_ANSWERS,
    REFUSE
  }

  private static final int BACKLOG = 128;
  private static final int CHUNK = 16 * 1024;
  private static final int CONNECT_MILLIS = 5_000;

  /** How often a thin line lets its bytes through. */
  private static final Duration TICK = Duration.ofMillis(10);

  private final InetSocketAddress target;
  private final int port;
  private final Set<ProxiedConnection> open = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listener; // null while it refuses; guarded by this
  private @Nullable Thread accepts; // the last one; guarded by this
  private @Nullable Socket placeholder; // keeps the port meanwhile; guarded by this
  private ProxyFault fault = ProxyFault.NONE; // guarded by this
  private Duration delay = Duration.ZERO; // guarded by this
  private int chunk = CHUNK; // guarded by this
  private boolean closed; // guarded by this

  private DependencyProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    ServerSocket first = listen(0);
    port = first.getLocalPort();
    accept(first);
  }

  /**
   * Puts a proxy in front of an address. Passes everything on until a fault is asked for.
   *
   * @param host where the dependency is; looked up for each connection
   * @param port where it listens
   * @return the proxy, to be closed
   * @throws UncheckedIOException if there is no free port
   */
  public static DependencyProxy to(String host, int port) {
    try {
      return new DependencyProxy(InetSocketAddress.createUnresolved(host, port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Puts a proxy in front of a port on 127.0.0.1.
   *
   * @param port where the dependency listens
   * @return the proxy, to be closed
   * @throws UncheckedIOException if there is no free port
   */
  public static DependencyProxy to(int port) {
    return to("127.0.0.1", port);
  }

  /**
   * Where the application is to look for its dependency, on 127.0.0.1. Stays the same.
   *
   * @return the port
   */
  public int port() {
    return port;
  }

  /**
   * How many connections are open.
   *
   * @return those that neither side has left
   */
  public int connections() {
    return open.size();
  }

  /**
   * Holds everything back, as a server does whose machine hangs: connections are taken, and nothing
   * comes. After that it goes on with what was held.
   *
   * @return this
   */
  public DependencyProxy hang() {
    return set(ProxyFault.HANG, Duration.ZERO, CHUNK);
  }

  /**
   * Holds everything back for a while, in each direction.
   *
   * @param latency at least so long
   * @return this
   */
  public DependencyProxy slow(Duration latency) {
    return set(ProxyFault.SLOW, latency, CHUNK);
  }

  /**
   * Lets little through at a time, in each direction of each connection.
   *
   * @param bytesPerSecond at most so many, 100 or more
   * @return this
   */
  public DependencyProxy thin(int bytesPerSecond) {
    int perTick = (int) (bytesPerSecond * TICK.toMillis() / 1_000);
    if (perTick < 1) {
      throw new IllegalArgumentException(
          "a line of %s bytes per second is too thin; give it 100 or more"
              .formatted(bytesPerSecond));
    }
    return set(ProxyFault.THIN, TICK, perTick);
  }

  /**
   * Takes what the application sends on to the dependency, and throws away what comes back. What is
   * lost stays lost.
   *
   * @return this
   */
  public DependencyProxy loseAnswers() {
    return set(ProxyFault.LOSE_ANSWERS, Duration.ZERO, CHUNK);
  }

  /**
   * Refuses new connections, as a machine does on which nobody listens. Connections that are open
   * stay; for a dependency that is gone, cut them as well.
   *
   * @return this
   */
  public DependencyProxy refuse() {
    return set(ProxyFault.REFUSE, Duration.ZERO, CHUNK);
  }

  /**
   * Resets every connection that is open now.
   *
   * @return this
   */
  public DependencyProxy cut() {
    open.forEach(ProxiedConnection::reset);
    return this;
  }

  /**
   * Ends the fault.
   *
   * @return this
   */
  public DependencyProxy heal() {
    return set(ProxyFault.NONE, Duration.ZERO, CHUNK);
  }

  private synchronized DependencyProxy set(ProxyFault next, Duration pause, int bytes) {
    if (closed) {
      throw new IllegalStateException("the proxy is closed");
    }
    try {
      if (next == ProxyFault.REFUSE) {
        listenNoMore();
      } else {
        listenAgain();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    fault = next;
    delay = pause;
    chunk = bytes;
    notifyAll();
    return this;
  }

  // ── connections ────────────────────────────────────────────────────────────────────────────────

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, BACKLOG, loopback());
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  /** A socket that is bound and does not listen keeps the port, and the system refuses for it. */
  private void listenNoMore() throws IOException {
    ServerSocket now = listener;
    if (now != null) {
      now.close();
      listener = null;
      awaitEndOfAccept(); // until then the system may keep the socket, and with it the port
      Socket keeps = new Socket();
      keeps.setReuseAddress(true);
      keeps.bind(new InetSocketAddress(loopback(), port));
      placeholder = keeps;
    }
  }

  private void awaitEndOfAccept() throws IOException {
    Thread last = accepts;
    if (last != null) {
      try {
        last.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the proxy stopped listening");
      }
    }
  }

  private void listenAgain() throws IOException {
    Socket kept = placeholder;
    if (kept != null) {
      kept.close();
      placeholder = null;
      accept(listen(port));
    }
  }

  private synchronized void accept(ServerSocket from) {
    listener = from;
    accepts = daemon("accept", () -> acceptAll(from));
  }

  private void acceptAll(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        Socket client = from.accept();
        daemon("connect", () -> connect(client));
      } catch (IOException e) {
        // closed, or the next one
      }
    }
  }

  private void connect(Socket client) {
    ProxiedConnection connection = new ProxiedConnection(client, new Socket());
    open.add(connection);
    connection.begin();
  }

  private Thread daemon(String what, Runnable task) {
    Thread thread = new Thread(task, "proxy " + port() + " " + what);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Resets every connection and listens no more. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      closeQuietly(listener);
      closeQuietly(placeholder);
      closeQuietly(this::awaitEndOfAccept);
      notifyAll();
    }
    cut();
  }

  private static void closeQuietly(@Nullable AutoCloseable socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (Exception e) {
      // it is of no use any more
    }
  }

  /** One client and its connection to the dependency. */
  private final class ProxiedConnection {
    private final Socket client;
    private final Socket server;
    private int directions = 2; // guarded by this
    private volatile boolean gone;

    ProxiedConnection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void begin() {
      try {
        server.connect(
            new InetSocketAddress(target.getHostString(), target.getPort()), CONNECT_MILLIS);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
      } catch (IOException e) {
        reset();
        return;
      }
      if (isClosed()) {
        reset();
      }
      daemon("to server", () -> copy(client, server, false));
      copy(server, client, true);
    }

    private void copy(Socket from, Socket to, boolean answers) {
      try {
        InputStream in = from.getInputStream();
        byte[] bytes = new byte[CHUNK];
        int read = in.read(bytes);
        while (read >= 0) {
          forward(bytes, read, to, answers);
          read = in.read(bytes);
        }
        mayPass(CHUNK);
        to.shutdownOutput();
        ended();
      } catch (IOException e) {
        reset();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        reset();
      }
    }

    private void forward(byte[] bytes, int length, Socket to, boolean answers)
        throws IOException, InterruptedException {
      int at = 0;
      while (at < length) {
        int step = mayPass(length - at);
        if (!answers || !losesAnswers()) {
          to.getOutputStream().write(bytes, at, step);
        }
        at += step;
      }
    }

    /** Waits as long as the fault says, for a change of it at most. */
    private int mayPass(int wanted) throws InterruptedException {
      synchronized (DependencyProxy.this) {
        long since = System.nanoTime();
        long left = delay.toMillis();
        while (!gone && (fault == ProxyFault.HANG || left > 0)) {
          DependencyProxy.this.wait(fault == ProxyFault.HANG ? 0 : left);
          left = delay.toMillis() - (System.nanoTime() - since) / 1_000_000;
        }
        return Math.min(wanted, chunk);
      }
    }

    private boolean losesAnswers() {
      synchronized (DependencyProxy.this) {
        return fault == ProxyFault.LOSE_ANSWERS;
      }
    }

    private synchronized void ended() {
      directions--;
      if (directions == 0) {
        leave();
      }
    }

    /** As a network does that has lost the connection. */
    void reset() {
      for (Socket socket : new Socket[] {client, server}) {
        try {
          socket.setSoLinger(true, 0);
        } catch (IOException e) {
          // it is closed already
        }
      }
      leave();
    }

    private void leave() {
      gone = true;
      closeQuietly(client);
      closeQuietly(server);
      open.remove(this);
      synchronized (DependencyProxy.this) {
        DependencyProxy.this.notifyAll();
      }
    }
  }
}
