package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.handover.OpenSocket;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.SystemClock;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket of one address, shared by all server instances on that address. It knows
 * every connection from the moment it was accepted, before Vert.x does: Vert.x speaks of a
 * connection when its TLS handshake is over or its first request has come.
 *
 * <p>It closes when the last instance has left. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class ListeningSocket implements Shareable {

  /** Set on a connection that is over the limit: its request is answered with 503. */
  static final AttributeKey<Boolean> OVER_LIMIT =
      AttributeKey.valueOf(ListeningSocket.class, "overLimit");

  /** When a connection was accepted, by the clock of the system. */
  static final AttributeKey<Long> ACCEPTED_AT =
      AttributeKey.valueOf(ListeningSocket.class, "acceptedAt");

  /** So many connections over the limit get an answer; those beyond are closed without. */
  private static final int ANSWERED_OVER_LIMIT = 64;

  private static final String ALL = ListeningSocket.class.getName();

  private final LocalMap<String, ListeningSocket> all;
  private final String address;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final Set<Object> users = new HashSet<>(); // under this
  private @Nullable Promise<Void> empty; // under this
  private final Promise<Void> closed = Promise.promise();
  private @Nullable UnixSocketFile file; // under this
  private volatile @Nullable OpenSocket opened; // null until there is one
  private volatile @Nullable QuietClose socket; // null until there is one

  private ListeningSocket(LocalMap<String, ListeningSocket> all, String address) {
    this.all = all;
    this.address = address;
  }

  /**
   * Joins the listeners of an address.
   *
   * @param vertx where it listens
   * @param address names the address
   * @param user who will leave it again
   * @return the listener of that address
   */
  static ListeningSocket join(Vertx vertx, String address, Object user) {
    LocalMap<String, ListeningSocket> all = vertx.sharedData().getLocalMap(ALL);
    synchronized (ListeningSocket.class) {
      ListeningSocket listener = all.computeIfAbsent(address, key -> new ListeningSocket(all, key));
      synchronized (listener) {
        listener.users.add(user);
      }
      return listener;
    }
  }

  /** The file of this address, if it is a Unix domain socket; the same for all instances. */
  synchronized UnixSocketFile file(String path) {
    UnixSocketFile its = file == null ? new UnixSocketFile(path) : file;
    file = its;
    return its;
  }

  /** Unless it is another process's, too. */
  private void removeFile() {
    OpenSocket its = opened;
    if (its == null || !its.isShared()) {
      UnixSocketFile there;
      synchronized (this) {
        there = file;
      }
      if (there != null) {
        there.remove();
      }
    }
  }

  /** Looks after a socket that is about to listen: sees what it accepts. */
  void adopt(OpenSocket socketOpened, int maxConnections, Consumer<Channel> newcomer) {
    Clock clock = SystemClock.instance();
    Channel channel = socketOpened.channel();
    QuietClose close = new QuietClose(channel, socketOpened::isShared, this::removeFile, clock);
    opened = socketOpened;
    socket = close;
    channel.closeFuture().addListener(gone -> removeFile());
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object child) {
                long now = clock.nanos();
                close.accepted(now);
                if (admits((Channel) child, maxConnections, now)) {
                  newcomer.accept((Channel) child);
                  ctx.fireChannelRead(child);
                }
              }
            });
  }

  private boolean admits(Channel child, int maxConnections, long now) {
    int over = maxConnections == 0 ? 0 : open.size() + 1 - maxConnections;
    if (over > ANSWERED_OVER_LIMIT) {
      child.unsafe().closeForcibly();
      return false;
    }
    if (over > 0) {
      child.attr(OVER_LIMIT).set(true);
    }
    child.attr(ACCEPTED_AT).set(now);
    open.add(child);
    child.closeFuture().addListener(gone -> gone(child));
    return true;
  }

  private void gone(Channel child) {
    open.remove(child);
    if (open.isEmpty()) {
      Promise<Void> waiting;
      synchronized (this) {
        waiting = open.isEmpty() ? empty : null;
        empty = waiting == null ? empty : null;
      }
      if (waiting != null) {
        waiting.complete();
      }
    }
  }

  /**
   * Waits until no connection is open.
   *
   * @param vertx for the timer
   * @param atMost how long to wait
   * @return completes then or when the time has passed, never fails
   */
  Future<Void> whenEmpty(Vertx vertx, Duration atMost) {
    Future<Void> whenEmpty;
    synchronized (this) {
      if (open.isEmpty()) {
        return Future.succeededFuture();
      }
      Promise<Void> waiting = empty == null ? Promise.promise() : empty;
      empty = waiting;
      whenEmpty = waiting.future();
    }
    return within(vertx, atMost, whenEmpty);
  }

  private static Future<Void> within(Vertx vertx, Duration atMost, Future<Void> future) {
    if (atMost.toMillis() <= 0) {
      return Future.succeededFuture();
    }
    Promise<Void> first = Promise.promise();
    long timer = vertx.setTimer(atMost.toMillis(), id -> first.tryComplete());
    future.onComplete(done -> first.tryComplete());
    return first.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /**
   * One instance needs no new connections any more. When all have said so, the socket closes, see
   * {@link QuietClose}, and the operating system refuses whoever comes.
   *
   * @param vertx for the timer
   * @param user who leaves; once more to close sooner
   * @param atMost how long to wait for the other instances, which may have no mind to stop
   * @param forHandshakes how long handshakes may take that are under way
   * @return completes when the socket is closed or the time has passed, never fails
   */
  Future<Void> leave(Vertx vertx, Object user, Duration atMost, Duration forHandshakes) {
    if (forget(user)) {
      QuietClose close = socket;
      if (close == null) {
        closed.tryComplete();
      } else {
        close.begin(forHandshakes).onComplete(done -> closed.tryComplete());
      }
      return closed.future();
    }
    return within(vertx, atMost, closed.future());
  }

  private boolean forget(Object user) {
    synchronized (ListeningSocket.class) {
      synchronized (this) {
        users.remove(user);
        if (users.isEmpty()) {
          all.remove(address, this);
          return true;
        }
        return false;
      }
    }
  }

  /** Whether one of the open connections is such. */
  boolean hasOpen(Predicate<Channel> such) {
    return open.stream().anyMatch(such);
  }

  /**
   * Sees to the connections that have no gate.
   *
   * @param which which of them
   * @param action is called on the connection's event loop
   * @return completes when each has been seen to, never fails
   */
  Future<?> forEachSilent(Predicate<Channel> which, Consumer<Channel> action) {
    List<Future<?>> seen = new ArrayList<>();
    for (Channel channel : open) {
      if (channel.attr(Gate.KEY).get() == null && which.test(channel)) {
        Promise<Void> one = Promise.promise();
        seen.add(one.future());
        channel
            .eventLoop()
            .execute(
                () -> {
                  if (channel.attr(Gate.KEY).get() == null) {
                    action.accept(channel);
                  }
                  one.complete();
                });
      }
    }
    return Future.join(seen);
  }
}
