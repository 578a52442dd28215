package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.time.Clock;
import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The close of a listening socket that resets nobody. The system completes a handshake, and lets
 * the client send its request, before the process has accepted it; whoever is in that queue when
 * the socket closes is reset. So the queue must be empty, and stay so:
 *
 * <ul>
 *   <li>on epoll no new handshake begins from the first moment on, see {@link SynFilter}; those
 *       under way have a round trip to end, and the socket closes when nobody has come for as long;
 *   <li>a Unix domain socket's file is removed first, and nobody finds it any more;
 *   <li>on NIO, and where the system takes no filter, the last {@code accept} is as close to the
 *       close as it can be. Who comes between the two, within some microseconds, is reset.
 * </ul>
 *
 * <p>A socket that another process has, too, closes here at once: whoever is in its queue is served
 * there, and a filter would keep clients from both.
 *
 * <p>If nobody has come lately, nobody is expected to be in the midst of a handshake, and the
 * socket closes at once: an idle server stops as fast as ever. All fields belong to the socket's
 * event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class QuietClose {

  /**
   * For the event loop to look at its sockets, which it does not between two of its tasks. This and
   * what follows in nanoseconds.
   */
  private static final long TURN = 500_000;

  /** With fewer than four clients a second it is unlikely that one is in its handshake just now. */
  private static final long LATELY = 250_000_000;

  /** If the queue is not empty by then, it will not be. */
  private static final long LONGEST = 1_000_000_000;

  private static final int UNKNOWN = -1;

  private final Channel listening;
  private final BooleanSupplier shared;
  private final Runnable removeFile;
  private final Clock clock;
  private final Promise<Void> closed = Promise.promise();

  private int accepted;
  private long lastAccepted;
  private boolean begun;
  private long began;
  private long quiet;

  /**
   * Makes the close of a socket, which does not begin yet.
   *
   * @param listening the socket
   * @param shared whether another process has it, too
   * @param removeFile removes the file of a Unix domain socket, if it is one
   */
  QuietClose(Channel listening, BooleanSupplier shared, Runnable removeFile, Clock clock) {
    this.listening = listening;
    this.shared = shared;
    this.removeFile = removeFile;
    this.clock = clock;
  }

  /** Hears of a connection. On the event loop. */
  void accepted(long now) {
    accepted++;
    lastAccepted = now;
  }

  /**
   * Begins to close, or goes on sooner. May be called on any thread, and again.
   *
   * @param forHandshakes how long those that are under way may take
   * @return completes when the socket is closed, never fails
   */
  Future<Void> begin(Duration forHandshakes) {
    if (listening.isOpen()) {
      listening.eventLoop().execute(() -> begin(forHandshakes.toNanos()));
    } else {
      closed.tryComplete();
    }
    return closed.future();
  }

  private void begin(long forHandshakes) {
    boolean first = !begun;
    begun = true;
    if (first) {
      if (shared.getAsBoolean()) {
        close();
        return;
      }
      removeFile.run();
    }
    if (!(listening.unsafe() instanceof AbstractNioChannel.NioUnsafe nio)) {
      if (first) {
        quiet = SynFilter.set(listening) ? forHandshakes : 0;
        began = clock.nanos();
      }
      quiet = Math.min(quiet, forHandshakes);
      closeIfQuiet(UNKNOWN);
    } else if (first) {
      listening.deregister().addListener(done -> after(TURN, () -> closeAtOnce(nio)));
    }
  }

  /** Closes if it is quiet, and if nobody has come in a whole turn of the event loop since. */
  private void closeIfQuiet(int acceptedBefore) {
    long now = clock.nanos();
    boolean late = now - began >= LONGEST;
    long left = late ? 0 : quietAt() - now;
    if (!listening.isOpen()
        || (left <= 0 && (accepted == acceptedBefore || (late && acceptedBefore != UNKNOWN)))) {
      close();
    } else {
      int acceptedNow = left <= 0 ? accepted : UNKNOWN;
      after(Math.max(left, TURN), () -> closeIfQuiet(acceptedNow));
    }
  }

  private long quietAt() {
    boolean busy = accepted > 0 && lastAccepted - began > -LATELY;
    return busy ? Math.max(began, lastAccepted) + quiet : began;
  }

  /**
   * The JDK closes a socket that is registered with a selector at the next select, and the system
   * lets clients in until then. This one is not any more: nobody comes between accept and close.
   */
  private void closeAtOnce(AbstractNioChannel.NioUnsafe nio) {
    int before;
    do {
      before = accepted;
      nio.read();
    } while (accepted != before);
    close();
  }

  private void close() {
    listening.close().addListener(done -> closed.tryComplete());
  }

  private void after(long nanos, Runnable task) {
    listening.eventLoop().schedule(task, nanos, TimeUnit.NANOSECONDS);
  }
}
