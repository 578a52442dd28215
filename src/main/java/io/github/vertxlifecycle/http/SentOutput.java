package io.github.vertxlifecycle.http;

import io.netty.channel.Channel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells when the peer's system has acknowledged all that was written to a socket, whose sending
 * half has been closed: the FIN is the last byte, so its acknowledgement covers all before it.
 *
 * <p>Linux shows the state of its TCP sockets in {@code /proc/net/tcp} (proc(5)), to every
 * transport alike; nothing announces a change, so this looks again and again, at growing intervals,
 * once for all sockets that wait. It looks on Netty's global executor, since the table is long on a
 * busy machine. Elsewhere nobody knows, and nothing is claimed. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a look that fails has logged it
final class SentOutput {

  /** What a peer that has gone has not acknowledged although it had its answers: GOAWAY, FIN. */
  private static final int FAREWELL_BYTES = 256;

  private static final long LONGEST_PAUSE_MILLIS = 50;

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** The states of {@code include/net/tcp_states.h} in which our FIN has been acknowledged. */
  private static final Set<Integer> ACKNOWLEDGED = Set.of(5, 6, 7); // FIN_WAIT2, TIME_WAIT, CLOSE

  private static final Map<Waiting, Boolean> WAITING = new ConcurrentHashMap<>();
  private static boolean looking; // under the class

  private static long pauseMillis; // under the class

  private SentOutput() {}

  /** A socket as the table shows it. */
  private record SocketRow(int state, long unacknowledged) {}

  /** Identity, not a record: a socket may be waited for twice. */
  private static final class Waiting {
    private final Channel channel;
    private final List<String> keys;
    private final boolean idle;
    private final Runnable then;

    Waiting(Channel channel, List<String> keys, boolean idle, Runnable then) {
      this.channel = channel;
      this.keys = keys;
      this.idle = idle;
      this.then = then;
    }

    boolean isOver(Map<String, SocketRow> table) {
      SocketRow row = keys.stream().map(table::get).filter(r -> r != null).findFirst().orElse(null);
      if (row == null) {
        return idle; // not Linux, or closed meanwhile; idle ones are given up
      }
      return ACKNOWLEDGED.contains(row.state) || (idle && row.unacknowledged <= FAREWELL_BYTES);
    }
  }

  /**
   * Waits for the acknowledgement of a socket whose sending half has been closed.
   *
   * @param channel the socket's channel
   * @param idle whether nothing but a farewell was written lately; then a peer that has gone, and
   *     an operating system that does not tell, are not waited for
   * @param then runs on the channel's event loop, once; not if the channel closes before
   */
  static void whenAcknowledged(Channel channel, boolean idle, Runnable then) {
    if (!(channel.localAddress() instanceof InetSocketAddress local)
        || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      then.run(); // a Unix domain socket writes into the peer's own queue
      return;
    }
    Waiting waiting = new Waiting(channel, keys(local, remote), idle, then);
    WAITING.put(waiting, true);
    channel.closeFuture().addListener(closed -> WAITING.remove(waiting));
    lookSoon();
  }

  private static synchronized void lookSoon() {
    pauseMillis = 0;
    if (!looking) {
      looking = true;
      GlobalEventExecutor.INSTANCE.execute(SentOutput::look);
    }
  }

  private static void look() {
    try {
      tellWhoIsDone();
    } finally {
      lookAgain();
    }
  }

  private static void tellWhoIsDone() {
    Map<String, SocketRow> table = new HashMap<>();
    Set<String> wanted = ConcurrentHashMap.newKeySet();
    WAITING.keySet().forEach(waiting -> wanted.addAll(waiting.keys));
    TABLES.forEach(path -> read(path, wanted, table));
    for (Waiting waiting : List.copyOf(WAITING.keySet())) {
      if (wanted.containsAll(waiting.keys)
          && waiting.isOver(table)
          && WAITING.remove(waiting) != null) {
        waiting.channel.eventLoop().execute(waiting.then);
      }
    }
  }

  private static synchronized void lookAgain() {
    looking = !WAITING.isEmpty();
    if (looking) {
      pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, Math.max(1, 2 * pauseMillis));
      GlobalEventExecutor.INSTANCE.schedule(SentOutput::look, pauseMillis, TimeUnit.MILLISECONDS);
    }
  }

  private static void read(Path path, Set<String> wanted, Map<String, SocketRow> table) {
    try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.US_ASCII)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        addRow(line.strip().split(" +", 6), wanted, table);
      }
    } catch (IOException e) {
      return; // not Linux; nothing is known then
    }
  }

  /** sl, local address, remote address, state, tx_queue:rx_queue. */
  private static void addRow(String[] fields, Set<String> wanted, Map<String, SocketRow> table) {
    if (fields.length >= 5) {
      String key = fields[1] + fields[2];
      if (wanted.contains(key)) {
        long unacknowledged = Long.parseLong(fields[4], 0, fields[4].indexOf(':'), 16);
        table.put(key, new SocketRow(Integer.parseInt(fields[3], 16), unacknowledged));
      }
    }
  }

  /**
   * As either table may write the pair: one of IPv4 is in that of IPv6 if a dual socket listens.
   */
  private static List<String> keys(InetSocketAddress local, InetSocketAddress remote) {
    String plain = key(local, "") + key(remote, "");
    String mapped = mapped(local) + mapped(remote);
    return plain.equals(mapped) ? List.of(plain) : List.of(plain, mapped);
  }

  private static String mapped(InetSocketAddress address) {
    InetAddress inet = address.getAddress();
    boolean short4 = inet != null && inet.getAddress().length == 4;
    return key(address, short4 ? "0000000000000000" + word(new byte[] {0, 0, -1, -1}, 0) : "");
  }

  private static String key(InetSocketAddress address, String prefix) {
    @Nullable InetAddress inet = address.getAddress();
    StringBuilder key = new StringBuilder(prefix);
    byte[] bytes = inet == null ? new byte[0] : inet.getAddress();
    for (int at = 0; at < bytes.length; at += 4) {
      key.append(word(bytes, at));
    }
    return key.append(':').append(HEX.toHexDigits((short) address.getPort())).toString();
  }

  /** Four bytes in network order, printed as a number of this machine. */
  private static String word(byte[] bytes, int at) {
    return HEX.toHexDigits(ByteBuffer.wrap(bytes, at, 4).order(ByteOrder.nativeOrder()).getInt());
  }
}
