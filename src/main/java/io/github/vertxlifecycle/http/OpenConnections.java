package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.HttpConnections;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkSource;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The connections of one server instance that have begun to talk, each with its {@link Gate}.
 * Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class OpenConnections implements WorkSource {

  private static final AttributeKey<OpenConnections> OWNER =
      AttributeKey.valueOf(OpenConnections.class, "owner");

  private final WorkTracker tracker;
  private final RouteNames names;
  private final Duration linger;
  private final HttpLimits limits;
  private final HttpServerOptions options;
  private final Consumer<HttpServerRequest> whenLate;
  private final FaultyConnections faulty;
  private final boolean otherThreads;
  private final Map<Channel, Gate> open = new ConcurrentHashMap<>();
  private final Map<EventLoop, RequestCounter> counters = new ConcurrentHashMap<>();
  private volatile boolean counting;
  private volatile boolean turningAway;
  private volatile boolean goingAway;
  private volatile boolean closingIdle;

  /**
   * Makes an empty set.
   *
   * @param whenLate answers a request that has waited for its answer for too long
   * @param otherThreads whether requests are handled on other threads than their connection's
   */
  OpenConnections(
      WorkTracker tracker,
      RouteNames names,
      Duration linger,
      HttpLimits limits,
      HttpServerOptions options,
      Consumer<HttpServerRequest> whenLate,
      boolean otherThreads) {
    this.tracker = tracker;
    this.names = names;
    this.linger = linger;
    this.limits = limits;
    this.options = options;
    this.whenLate = whenLate;
    this.faulty = new FaultyConnections(tracker);
    this.otherThreads = otherThreads;
    tracker.attach(this);
  }

  // ── work in flight ─────────────────────────────────────────────────────────────────────────────

  @Override
  public long admitted() {
    return counters.values().stream().mapToLong(RequestCounter::count).sum();
  }

  @Override
  public void visit(WorkSource.WorkVisitor visitor) {
    open.values().forEach(gate -> gate.visit(visitor));
  }

  @Override
  public void handOver(Runnable then) {
    counting = true;
    AtomicInteger left = new AtomicInteger(1);
    Runnable one =
        () -> {
          if (left.decrementAndGet() == 0) {
            then.run();
          }
        };
    open.values()
        .forEach(
            gate -> {
              left.incrementAndGet();
              try {
                gate.count(one);
              } catch (RejectedExecutionException e) {
                one.run(); // its event loop has ended, and with it what it had
              }
            });
    one.run();
  }

  // ── connections ────────────────────────────────────────────────────────────────────────────────

  /** Takes a connection before its TLS handshake and its first byte. */
  void accepted(Channel channel) {
    if (!limits.writeTimeout().isZero()) {
      channel.pipeline().addLast(new WriteTimer(limits.writeTimeout()));
    }
    channel
        .pipeline()
        .addLast("pace", new ReadTimer(limits, linger).on(channel))
        .addLast(new NoCleartextUpgrade(() -> turningAway))
        .addLast(cleartext(channel));
  }

  private Cleartext cleartext(Channel channel) {
    return new Cleartext(
        limits, () -> new StrictRequestDecoder(options, fault -> faulty.add(channel, fault)));
  }

  /** Takes a connection that speaks HTTP. On its event loop, before its first request. */
  void opened(HttpConnection connection) {
    Channel channel = HttpConnections.handlerContext(connection).channel();
    if (open.get(channel) instanceof Http2Gate http2) {
      http2.listen(); // Vert.x reports an HTTP/2 connection again with every change of settings
      return;
    }
    connection.exceptionHandler(problem -> faulty.add(channel, problem));
    Work late = closingIdle ? tracker.grace("new connection", PeerAddress.ofClient(channel)) : null;
    Gate gate = gate(connection, channel);
    channel.attr(Gate.KEY).set(gate);
    channel.attr(OWNER).set(this);
    open.put(channel, gate);
    channel.closeFuture().addListener(closed -> open.remove(channel));
    if (counting || tracker.capturesOrigins()) {
      gate.count(() -> {});
    }
    if (turningAway) {
      gate.turnAway();
    }
    if (goingAway) {
      gate.goingAway();
    }
    if (gate instanceof Http2Gate http2) {
      http2.takeOpenStreams();
    }
    if (late != null) {
      lingerAlone(channel, gate, late);
    }
  }

  /** Its handshake outlasted the linger time of the others: now it may still ask. */
  private void lingerAlone(Channel channel, Gate gate, Work late) {
    channel.closeFuture().addListener(closed -> late.done());
    channel
        .eventLoop()
        .schedule(() -> gate.closeIfIdle(late::done), linger.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Gate gate(HttpConnection connection, Channel channel) {
    ChannelHandlerContext vertx = HttpConnections.handlerContext(connection);
    ReadTimer timer = ReadTimer.of(channel);
    if (vertx.handler() instanceof Http2ConnectionHandler http2) {
      if (channel.pipeline().get(FrameTimer.class) == null) {
        channel.pipeline().addAfter("pace", null, cleartext(channel)); // it was HTTP/1.1 before
      }
      Http2Gate gate =
          new Http2Gate(
              connection,
              http2,
              timer,
              tracker,
              counter(channel),
              names,
              linger,
              limits,
              whenLate,
              otherThreads);
      channel.pipeline().addBefore(vertx.name(), null, new IdleEvents(gate));
      return gate;
    }
    if (connection.isSsl()) {
      timer = decrypted(channel);
    }
    Http1Gate gate =
        new Http1Gate(
            vertx,
            PeerAddress.of(connection.remoteAddress()),
            timer,
            tracker,
            counter(channel),
            names,
            linger,
            limits,
            whenLate);
    channel.pipeline().addBefore(vertx.name(), "lifecycle", gate);
    return gate;
  }

  private RequestCounter counter(Channel channel) {
    return counters.computeIfAbsent(channel.eventLoop(), loop -> new RequestCounter());
  }

  /** Hears of an idle timeout in the options of Vert.x, which closes the connection then. */
  private static final class IdleEvents extends ChannelInboundHandlerAdapter {
    private final Gate gate;

    IdleEvents(Gate gate) {
      this.gate = gate;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof IdleStateEvent) {
        gate.tooSlow();
      }
      ctx.fireUserEventTriggered(event);
    }
  }

  /** A timer that sees what the client said, not how it was encrypted. */
  private ReadTimer decrypted(Channel channel) {
    ReadTimer encrypted = channel.pipeline().get(ReadTimer.class);
    ReadTimer timer = new ReadTimer(limits, linger).on(channel);
    timer.follow(encrypted);
    channel.pipeline().remove(encrypted);
    channel.pipeline().addBefore("httpDecoder", "pace", timer);
    return timer;
  }

  static Gate gateOf(HttpServerRequest request) {
    return HttpConnections.handlerContext(request.connection()).channel().attr(Gate.KEY).get();
  }

  /** Whether a request, even a past one, came here. */
  boolean isOwn(HttpServerRequest request) {
    return HttpConnections.handlerContext(request.connection()).channel().attr(OWNER).get() == this;
  }

  /** From now on every answer tells its client to go elsewhere. Idempotent. */
  void turnAway() {
    counting = true;
    turningAway = true;
    open.values().forEach(Gate::turnAway);
  }

  /** Takes leave of those who would stay for ever. */
  void goingAway() {
    goingAway = true;
    open.values().forEach(Gate::goingAway);
  }

  /**
   * Closes the connections on which nothing is under way.
   *
   * @param which which of them
   * @return completes when each event loop has seen to its own, so that what is not idle counts
   */
  Future<?> closeIdle(Predicate<Channel> which) {
    closingIdle = true;
    List<Future<?>> seen = new ArrayList<>();
    open.forEach(
        (channel, gate) -> {
          if (which.test(channel)) {
            Promise<Void> one = Promise.promise();
            gate.closeIfIdle(one::tryComplete);
            seen.add(one.future());
          }
        });
    return Future.join(seen);
  }

  /** Holds or closes a connection that has not come as far as a gate. On its event loop. */
  void closeSilent(Channel channel) {
    ReadTimer timer = ReadTimer.of(channel);
    if (timer == null || !timer.awaitHead(tracker, PeerAddress.ofClient(channel))) {
      channel.close();
    }
  }

  /** Closes all connections. */
  void closeNow() {
    open.values().forEach(Gate::closeNow);
  }
}
