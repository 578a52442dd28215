package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.PendingReplies;
import io.github.vertxlifecycle.vertx.SockJsSession;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes leave of the clients of SockJS that use no WebSocket but polls or endless answers.
 *
 * <pre>
 *   SERVING ──nothing owed, or linger──▶ REFUSING ──nothing owed──▶ closed: c[3000,"Go away!"]
 *                                                 └─nobody fetches it for linger──▶ lost
 * </pre>
 *
 * <p>What is owed are the replies of the event bus that are awaited on the session's context, and
 * the messages that wait for the client's next poll. The server listens meanwhile, since that poll
 * comes on a new connection. Messages of the client are taken at first, for as long as {@code
 * linger} at most, and refused with 404 then.
 *
 * <p>Vert.x Web announces none of this, so this looks again and again, until the server closes. On
 * the context on which it was made.
 */
final class SockJsLeave {

  private static final long LOOK_MILLIS = 10;

  private final Vertx vertx;
  private final OpenConnections connections;
  private final WorkTracker tracker;
  private final RouteNames names;
  private final Duration linger;
  private final Map<SockJsSession, Leave> leaves = new HashMap<>();
  private final Promise<Void> over = Promise.promise();
  private long timer = -1;

  SockJsLeave(
      Vertx vertx,
      OpenConnections connections,
      WorkTracker tracker,
      RouteNames names,
      Duration linger) {
    this.vertx = vertx;
    this.connections = connections;
    this.tracker = tracker;
    this.names = names;
    this.linger = linger;
  }

  /**
   * Begins; completes when no session is left, never fails. Others may still come until the end.
   */
  Future<Void> begin() {
    if (timer < 0) {
      timer = vertx.setPeriodic(LOOK_MILLIS, id -> look());
      look();
    }
    return over.future();
  }

  /** The server closes. */
  void end() {
    vertx.cancelTimer(timer);
    over.tryComplete();
  }

  private void look() {
    for (SockJsSession session : SockJsSession.all(vertx)) {
      if (!leaves.containsKey(session) && !session.isClosed() && isOurs(session)) {
        leaves.put(session, new Leave(session));
      }
    }
    if (!leaves.isEmpty()) {
      Map<Context, List<PendingReplies.Reply>> replies = PendingReplies.byContext(vertx);
      for (Iterator<Leave> all = leaves.values().iterator(); all.hasNext(); ) {
        Leave one = all.next();
        if (one.isOver(replies.getOrDefault(one.session.context(), List.of()))) {
          all.remove();
        }
      }
    }
    if (leaves.isEmpty()) {
      over.tryComplete();
    }
  }

  private boolean isOurs(SockJsSession session) {
    return connections.isOwn(session.socket().routingContext().request());
  }

  /** One session on its way out. */
  private final class Leave {
    private final SockJsSession session;
    private final SockJsSends sends;
    private final Object name;
    private final @Nullable Work work;
    private final long begun = System.nanoTime();
    private long listenedAt = begun;
    private boolean listening;
    private boolean refusing;
    private boolean owes = true;

    Leave(SockJsSession session) {
      this.session = session;
      this.sends = SockJsSends.of(session);
      HttpServerRequest first = session.socket().routingContext().request();
      this.name = "SockJS session of " + new RequestName(first.method().name(), first.uri(), names);
      this.work = tracker.hold(name, PeerAddress.of(first.remoteAddress()));
    }

    boolean isOver(List<PendingReplies.Reply> pending) {
      if (session.isClosed()) {
        end(owes && !listening); // else its client has gone
        return true;
      }
      int waiting = session.waiting();
      boolean all = sends.areOver() && pending.isEmpty() && waiting == 0;
      owes = !all;
      lookWhoListens(waiting);
      describe(pending, waiting);
      if (!refusing && (all || hasPassed(begun))) {
        refusing = true;
        sends.refuse();
      } else if (refusing && all) {
        owes = false;
        session.context().runOnContext(v -> closeUnlessOwing());
      } else if (hasPassed(listenedAt)) {
        end(true);
        session.context().runOnContext(v -> session.socket().close());
        return true;
      }
      return false;
    }

    private void lookWhoListens(int waiting) {
      listening = session.isListening();
      if (listening || waiting == 0) {
        listenedAt = System.nanoTime();
      }
    }

    private boolean hasPassed(long since) {
      return System.nanoTime() - since >= linger.toNanos();
    }

    /** Behind the messages that wait on the session's context for their handler. */
    private void closeUnlessOwing() {
      if (session.waiting() == 0 && PendingReplies.on(session.context()).isEmpty()) {
        session.socket().close();
      }
    }

    private void describe(List<PendingReplies.Reply> pending, int waiting) {
      if (work != null && waiting > 0) {
        work.rename(name + " (" + waiting + " messages that its client has not fetched)");
      } else if (work != null && !pending.isEmpty()) {
        work.rename(name + " (awaits a reply from " + PendingReplies.addresses(pending) + ")");
      }
    }

    private void end(boolean lost) {
      if (work != null && lost) {
        work.lose();
      } else if (work != null) {
        work.done();
      }
    }
  }
}
