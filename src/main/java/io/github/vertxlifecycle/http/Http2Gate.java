package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.HttpConnections;
import io.github.vertxlifecycle.vertx.LateWatch;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkSource;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DelegatingDecompressorFrameListener;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The gate of an HTTP/2 connection. A stream is work in flight while it is open, and during a stop
 * until the client has its answer. In service it is listed for whoever asks; once the tracker is to
 * know, it is {@link Work}.
 *
 * <p>The client is turned away in two steps (RFC 9113 §6.8), as soon as no stream is open, or when
 * half the linger time has passed: the JDK's client, before 24, fails its open streams at a GOAWAY
 * (JDK-8335181). The first step is a GOAWAY with the highest stream id, which only asks for no more
 * streams; after a round trip, by which streams already on their way have arrived, a second one
 * with the real last id. Vert.x knows one step only, so the first is written past it.
 *
 * <p>What is written has not arrived. A large answer may wait in the buffers of both systems, and a
 * client that writes to a closed socket meanwhile, a WINDOW_UPDATE, loses all of it. So it is
 * followed by a PING: the answer to that comes when the client has read what was before it. A small
 * one fits the client's buffer, and the acknowledgement by its system will do.
 *
 * <p>With its last stream the connection closes, see {@link GentleClose}. This is not left to
 * Vert.x either: when the end of a request's body is what closes the last stream, Netty closes the
 * connection before the answer has been flushed.
 *
 * <p>Everything happens on the channel's event loop, but for the methods of {@link Gate}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class Http2Gate extends Http2ConnectionAdapter implements Gate {

  /** The least that any client has room for: HTTP/2's first window. */
  private static final long SMALL = 65_535;

  /** A long linger time must not keep the first GOAWAY back until the drain deadline. */
  private static final Duration LATEST_WARNING = Duration.ofSeconds(5);

  /** After so long a client that was idle is not in the midst of reading an answer. */
  private static final Duration LATELY = Duration.ofSeconds(30);

  private static final String HALF_HEAD = "HTTP/2 frame that has not come whole";

  private final HttpConnection connection;
  private final ChannelHandlerContext vertx;
  private final Http2ConnectionHandler handler;
  private final Http2Connection.PropertyKey key;
  private final Http2FrameListener listener;
  private final ReadTimer timer;
  private final WorkTracker tracker;
  private final RouteNames names;
  private final Duration linger;
  private final HttpLimits limits;
  private final Consumer<HttpServerRequest> whenLate;
  private final LateWatch bodies;
  private final LateWatch answers;

  /** Looks early, so that its limit is kept to a quarter. */
  private final LateWatch output;

  /**
   * The open streams by their ids, for a server whose requests are handled on other threads:
   * Netty's own map may be read on the event loop only. Null for one that is handled there.
   */
  private final @Nullable Map<Integer, OpenStream> shared;

  private final OpenStreams streams = new OpenStreams();
  private final RequestCounter counter;

  private volatile boolean asked;
  private volatile boolean toBeCounted;
  private boolean counted;
  private boolean turningAway;
  private boolean warned;
  private boolean turnedAway;

  /** Bytes of answers that the client has not shown to have read. */
  private long unreadBytes;

  private long largeAnswerAt = System.nanoTime() - LATELY.toNanos();

  /** Streams that have closed during the stop, and whose answer may not have been read. */
  private final List<Work> unread = new ArrayList<>();

  /** The connection closes because the client took too long, during a stop. */
  private boolean losing;

  private boolean pinging;

  // Of the request whose stream has closed last.
  private @Nullable String lastMethod;
  private @Nullable String lastTarget;

  private boolean closing;

  /** When the client opened the connection's window last. */
  private long windowOpened;

  Http2Gate(
      HttpConnection connection,
      Http2ConnectionHandler handler,
      ReadTimer timer,
      WorkTracker tracker,
      RequestCounter counter,
      RouteNames names,
      Duration linger,
      HttpLimits limits,
      Consumer<HttpServerRequest> whenLate,
      boolean otherThreads) {
    this.connection = connection;
    this.vertx = HttpConnections.handlerContext(connection);
    this.handler = handler;
    this.key = handler.connection().newKey();
    this.timer = timer;
    this.tracker = tracker;
    this.counter = counter;
    this.names = names;
    this.linger = linger;
    this.limits = limits;
    this.whenLate = whenLate;
    this.bodies =
        new LateWatch(vertx.channel(), limits.readTimeout().toNanos(), this::lookAtBodies);
    this.answers =
        new LateWatch(vertx.channel(), limits.requestTimeout().toNanos(), this::lookAtAnswers);
    this.output =
        new LateWatch(vertx.channel(), limits.writeTimeout().toNanos() / 4, this::lookAtOutput);
    this.windowOpened = timer.lastRead();
    this.shared = otherThreads ? new ConcurrentHashMap<>() : null;
    handler.connection().addListener(this);
    timer.multiplexed();
    this.listener = listener();
    listen();
  }

  /** An upgrade from HTTP/1.1 has opened the first stream. On the channel's event loop. */
  void takeOpenStreams() {
    forEachOpenStream(this::onStreamActive);
  }

  // ── work in flight ─────────────────────────────────────────────────────────────────────────────

  @Override
  public void visit(WorkSource.WorkVisitor visitor) {
    streams.forEach(
        stream -> {
          if (!stream.counted) {
            visitor.visit(new StreamName(stream, names), peer(), stream.since);
          }
        });
  }

  @Override
  public void count(Runnable then) {
    toBeCounted = true;
    vertx
        .channel()
        .eventLoop()
        .execute(
            () -> {
              try {
                count();
              } finally {
                then.run();
              }
            });
  }

  /** From now on the tracker knows of each stream. */
  private void count() {
    if (!counted) {
      counted = true;
      tracker.handOver(() -> streams.forEach(this::handOver));
    }
  }

  private void handOver(OpenStream stream) {
    stream.work = tracker.takeOver(new StreamName(stream, names), peer(), stream.since);
    stream.counted = stream.work != null;
  }

  private @Nullable PeerAddress peer() {
    return PeerAddress.of(connection.remoteAddress());
  }

  private void forEachOpenStream(Consumer<Http2Stream> visitor) {
    try {
      handler
          .connection()
          .forEachActiveStream(
              stream -> {
                visitor.accept(stream);
                return true;
              });
    } catch (Http2Exception e) {
      throw new IllegalStateException(e); // the visitor throws none
    }
  }

  /** To be called whenever the client's settings have come: Vert.x then listens anew. */
  void listen() {
    handler.decoder().frameListener(listener);
  }

  /** Sees the frames before Vert.x does, and bodies as Vert.x will: inflated, if it does that. */
  private Http2FrameListener listener() {
    Http2FrameListener before = handler.decoder().frameListener();
    return before instanceof DelegatingDecompressorFrameListener
            && connection instanceof Http2FrameListener vertxs
        ? new Http2Inflater(handler.connection(), watching(vertxs))
        : watching(before);
  }

  private Http2FrameListener watching(Http2FrameListener vertxs) {
    return new Http2FrameListenerDecorator(vertxs) {
      @Override
      public int onDataRead(
          ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end)
          throws Http2Exception {
        return isWanted(handler.connection().stream(id), data.readableBytes())
            ? super.onDataRead(ctx, id, data, padding, end)
            : data.readableBytes() + padding;
      }

      @Override
      public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int more)
          throws Http2Exception {
        windowOpened(id);
        super.onWindowUpdateRead(ctx, id, more);
      }
    };
  }

  /** Counts what has come of a body. */
  private boolean isWanted(@Nullable Http2Stream stream, int bytes) {
    OpenStream open = stream == null ? null : stream.getProperty(key);
    if (open == null) {
      return true;
    }
    boolean fitted = !limits.forbidsBody(open.bodyBytes);
    open.bodyBytes += bytes;
    open.heard = timer.lastRead();
    HttpServerRequest request = open.request;
    if (stream != null && fitted && limits.forbidsBody(open.bodyBytes) && request != null) {
      open.refused = true;
      if (request.response().headWritten()) {
        vertx.channel().eventLoop().execute(() -> reset(stream, Http2Error.CANCEL));
      } else {
        new ErrorResponse(413).answer(request);
      }
    }
    return !open.refused;
  }

  @Override
  public void onStreamActive(Http2Stream stream) {
    if (!asked) {
      asked = true;
    }
    if (toBeCounted) {
      count();
    }
    OpenStream one = new OpenStream(timer.lastRead());
    if (counted) {
      one.counted = true;
      one.work = tracker.count(new StreamName(one, names), peer(), one.since);
    } else {
      counter.add();
    }
    streams.add(one);
    stream.setProperty(key, one);
    if (shared != null) {
      shared.put(stream.id(), one);
    }
    timer.bodyRead();
    if (stream.state().remoteSideOpen()) {
      bodies.begin();
    }
    answers.begin();
    output.begin();
  }

  // ── answers that nobody takes ──────────────────────────────────────────────────────────────────

  private long lookAtOutput(long now) {
    List<Http2Stream> late = new ArrayList<>();
    forEachOpenStream(
        stream -> {
          OpenStream open = stream.getProperty(key);
          if (open != null && isStalled(stream, open, now)) {
            late.add(stream);
          }
        });
    late.forEach(this::cut);
    return handler.connection().numActiveStreams() > 0 ? limits.writeTimeout().toNanos() / 4 : 0;
  }

  /**
   * A window that the client does not open. What the socket does not take is {@link WriteTimer}'s.
   */
  private boolean isStalled(Http2Stream stream, OpenStream open, long now) {
    Http2RemoteFlowController flow = handler.encoder().flowController();
    boolean streamShut = flow.windowSize(stream) <= 0;
    boolean connectionShut = flow.windowSize(handler.connection().connectionStream()) <= 0;
    if (!flow.hasFlowControlled(stream) || !(streamShut || connectionShut)) {
      open.taken = now;
    } else if (!streamShut && windowOpened - open.taken > 0) {
      open.taken = windowOpened;
    }
    return now - open.taken >= limits.writeTimeout().toNanos();
  }

  private void windowOpened(int id) {
    Http2Stream stream = id == 0 ? null : handler.connection().stream(id);
    OpenStream open = stream == null ? null : stream.getProperty(key);
    if (open != null) {
      open.taken = timer.lastRead();
    } else if (id == 0) {
      windowOpened = timer.lastRead();
    }
  }

  // ── bodies that stop ───────────────────────────────────────────────────────────────────────────

  private long lookAtBodies(long now) {
    List<Http2Stream> silent = new ArrayList<>();
    long next = visitBodies(now, limits.readTimeout().toNanos(), silent);
    silent.forEach(this::expire);
    return next;
  }

  /** Returns in how many nanoseconds the next may be late; 0 if no more body is awaited. */
  private long visitBodies(long now, long limit, List<Http2Stream> late) {
    long[] next = {0};
    forEachOpenStream(
        stream -> {
          OpenStream open = stream.getProperty(key);
          if (open == null || !stream.state().remoteSideOpen() || isBeingAnswered(open)) {
            return;
          }
          if (!isEnded(open) && handler.decoder().flowController().unconsumedBytes(stream) > 0) {
            open.heard = now; // the server does not want to read; the client cannot help it
          }
          long left = limit - (now - open.heard);
          if (left <= 0) {
            late.add(stream);
          } else {
            next[0] = next[0] == 0 ? left : Math.min(next[0], left);
          }
        });
    return next[0];
  }

  /** Answers the requests that wait for an answer for too long. */
  private long lookAtAnswers(long now) {
    long limit = limits.requestTimeout().toNanos();
    long next = 0;
    for (HttpServerRequest request : requestsWithoutAnswer()) {
      OpenStream open = openStream(HttpConnections.streamId(request));
      long left = open == null ? limit : limit - (now - open.heard);
      if (open != null && left <= 0) {
        open.refused = true;
        whenLate.accept(request);
        left = limit;
      }
      next = next == 0 ? left : Math.min(next, left);
    }
    return next == 0 && handler.connection().numActiveStreams() > 0 ? limit : next;
  }

  private List<HttpServerRequest> requestsWithoutAnswer() {
    List<HttpServerRequest> waiting = new ArrayList<>();
    forEachOpenStream(
        stream -> {
          OpenStream open = stream.getProperty(key);
          HttpServerRequest request = open == null ? null : open.request;
          if (request != null && !request.response().headWritten()) {
            waiting.add(request);
          }
        });
    return waiting;
  }

  /**
   * A client that is being answered may send its body slowly meanwhile: both sides may talk at
   * once.
   */
  private static boolean isBeingAnswered(OpenStream open) {
    HttpServerRequest request = open.request;
    return request != null && request.response().headWritten() && !isEnded(open);
  }

  private static boolean isEnded(OpenStream open) {
    HttpServerRequest request = open.request;
    return request != null && request.response().ended();
  }

  private void expire(Http2Stream stream) {
    OpenStream open = stream.getProperty(key);
    HttpServerRequest request = open == null ? null : open.request;
    if (open == null || request == null) {
      cut(stream);
    } else if (isEnded(open)) {
      reset(stream, Http2Error.NO_ERROR);
    } else {
      open.refused = true;
      new ErrorResponse(408).answer(request);
    }
  }

  /** Resets a stream whose client has taken too long. */
  private void cut(Http2Stream stream) {
    OpenStream open = stream.getProperty(key);
    if (open != null) {
      open.lost = turningAway;
    }
    reset(stream, Http2Error.CANCEL);
  }

  private void reset(Http2Stream stream, Http2Error why) {
    handler.resetStream(vertx, stream.id(), why.code(), vertx.newPromise());
    vertx.flush();
  }

  /**
   * A client that has its complete answer, which did not depend on the rest of the body, is told to
   * keep the rest (RFC 9113 §8.1), if we or a stop cannot wait for it.
   */
  @Override
  public void onStreamHalfClosed(Http2Stream stream) {
    tellToKeepTheRest(stream);
  }

  private void tellToKeepTheRest(Http2Stream stream) {
    OpenStream open = stream.getProperty(key);
    if (open != null
        && (open.refused || warned)
        && stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
      flushed(() -> reset(stream, Http2Error.NO_ERROR));
    }
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    OpenStream closed = stream.removeProperty(key);
    if (shared != null) {
      shared.remove(stream.id());
    }
    if (closed != null) {
      streams.remove(closed);
      if (closed.isAdmitted()) {
        closed(closed);
      }
    }
    if (handler.connection().numActiveStreams() == 0) {
      timer.answered();
      if (turningAway) {
        warn();
      }
      closeIfLastStreamIsOver();
    }
  }

  private void closed(OpenStream stream) {
    HttpServerRequest request = stream.request;
    if (request != null) {
      lastMethod = request.method().name();
      lastTarget = request.uri();
      wrote(request.response().bytesWritten());
    }
    Work work = stream.work;
    if (work == null) {
      return;
    }
    if (stream.lost || losing) {
      work.lose();
    } else if (turningAway) {
      unread.add(work);
      flushed(this::awaitRead);
    } else {
      work.done();
    }
  }

  private void wrote(long bytes) {
    unreadBytes += bytes;
    if (bytes > SMALL) {
      largeAnswerAt = System.nanoTime();
    }
  }

  private void closeIfLastStreamIsOver() {
    if (turnedAway
        && !closing
        && handler.connection().numActiveStreams() == 0
        && (unread.isEmpty() || unreadBytes <= SMALL)) {
      closing = true;
      boolean idle = unread.isEmpty();
      flushed(() -> GentleClose.begin(vertx, linger, idle, this::allRead));
    }
  }

  // ── has the client read it? ────────────────────────────────────────────────────────────────────

  private void awaitRead() {
    if (!vertx.channel().isActive()) {
      allRead();
    } else if (!pinging && !unread.isEmpty() && !closing) {
      pinging = true;
      ping(
          () -> {
            pinging = false;
            awaitRead();
          });
    }
  }

  /** Asks for a sign that all that has been written before is read. */
  private void ping(Runnable then) {
    long bytes = unreadBytes;
    List<Work> before = List.copyOf(unread);
    connection
        .ping(Buffer.buffer(new byte[8]))
        .onSuccess(
            answered ->
                vertx
                    .channel()
                    .eventLoop()
                    .execute(
                        () -> {
                          unreadBytes = Math.max(0, unreadBytes - bytes);
                          unread.removeAll(before);
                          then.run();
                          closeIfLastStreamIsOver();
                          before.forEach(Work::done);
                        }));
  }

  private void allRead() {
    unreadBytes = 0;
    List<Work> before = List.copyOf(unread);
    unread.clear();
    before.forEach(losing ? Work::lose : Work::done);
  }

  @Override
  public void tooSlow() {
    losing = turningAway;
  }

  /** Runs when all that has been written has been handed to the socket. */
  private void flushed(Runnable then) {
    vertx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> then.run());
  }

  @Override
  public boolean handed(HttpServerRequest request) {
    OpenStream stream = openStream(HttpConnections.streamId(request));
    if (stream == null) {
      return false;
    }
    stream.request = request;
    return stream.isAdmitted() && !vertx.channel().hasAttr(ListeningSocket.OVER_LIMIT);
  }

  private @Nullable OpenStream openStream(int id) {
    if (shared != null) {
      return shared.get(id);
    }
    Http2Stream stream = handler.connection().stream(id);
    return stream == null ? null : stream.getProperty(key);
  }

  @Override
  public void turnAway() {
    vertx.channel().eventLoop().execute(this::beginTurningAway);
  }

  private void beginTurningAway() {
    if (!turningAway) {
      count();
      turningAway = true;
      vertx.channel().closeFuture().addListener(closed -> allRead());
      if (asked && handler.connection().numActiveStreams() == 0) {
        warn();
      } else { // or its first request is on its way
        vertx
            .channel()
            .eventLoop()
            .schedule(
                this::warn,
                Math.min(LATEST_WARNING.toMillis(), linger.toMillis() / 2),
                TimeUnit.MILLISECONDS);
      }
    }
  }

  private void warn() {
    if (!warned && vertx.channel().isActive()) {
      warned = true;
      handler
          .encoder()
          .frameWriter()
          .writeGoAway(
              vertx,
              Integer.MAX_VALUE,
              Http2Error.NO_ERROR.code(),
              Unpooled.EMPTY_BUFFER,
              vertx.newPromise());
      forEachOpenStream(this::tellToKeepTheRest);
      ping(this::lastStreamIsKnown);
    }
  }

  private void lastStreamIsKnown() {
    if (!turnedAway) {
      turnedAway = true;
      connection.goAway(Http2Error.NO_ERROR.code());
      closeIfLastStreamIsOver();
    }
  }

  /** Nothing to do: a WebSocket over HTTP/2 is not known to Vert.x. */
  @Override
  public void goingAway() {}

  @Override
  public boolean hasAsked() {
    return asked;
  }

  /**
   * Without waiting for the answer to the ping, unless the client may be in the midst of reading a
   * large answer.
   */
  @Override
  public void closeIfIdle(Runnable then) {
    vertx
        .channel()
        .eventLoop()
        .execute(
            () -> {
              warned = true;
              if (isReading() && unread.isEmpty() && lastMethod != null && lastTarget != null) {
                RequestName last = new RequestName(lastMethod, lastTarget, names);
                Work work = tracker.hold(new UnreadAnswer(last), peer());
                if (work != null) {
                  unread.add(work);
                  awaitRead();
                }
              }
              FrameTimer frames = vertx.pipeline().get(FrameTimer.class);
              if (frames == null
                  || !frames.awaitFrame(
                      () -> tracker.hold(HALF_HEAD, peer()), this::lastStreamIsKnown)) {
                lastStreamIsKnown();
              }
              then.run();
            });
  }

  private boolean isReading() {
    return unreadBytes > SMALL
        && !closing
        && vertx.channel().isActive()
        && System.nanoTime() - largeAnswerAt < LATELY.toNanos();
  }

  @Override
  public void closeNow() {
    vertx.channel().eventLoop().execute(() -> vertx.close());
  }
}
