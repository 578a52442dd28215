package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose client is too slow: nothing said for too long, a request head that does
 * not end, a body that stops. It sees the bytes before the HTTP codec does; a gate above it tells
 * what they were. On the channel's event loop.
 *
 * <pre>
 *   IDLE ──byte──▶ HEAD ──head read──▶ BODY ──body read──▶ ANSWER ──answered──▶ IDLE
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class ReadTimer extends ChannelInboundHandlerAdapter {

  private static final AttributeKey<ReadTimer> KEY = AttributeKey.valueOf(ReadTimer.class, "timer");

  private static final byte[] TIMEOUT =
      "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  /** The next thing that the client is expected to do. */
  private enum Phase {
    IDLE,
    HEAD,
    BODY,
    ANSWER
  }

  private final HttpLimits limits;
  private final Duration linger;
  private Phase phase = Phase.IDLE;
  private long since = System.nanoTime();

  /** When bytes came last. The clock is looked at once a read, not once a phase: that shows. */
  private long lastRead = since;

  /** Idle since some moment after {@code since}; the next look sets it. */
  private boolean sinceIsOld;

  private boolean scheduled;
  private @Nullable ScheduledFuture<?> nextLook;
  private boolean bytesAreFrames;
  private boolean expired;

  /** While a stop waits for the end of a head. */
  private @Nullable Work head;

  private @Nullable ChannelHandlerContext context;

  ReadTimer(HttpLimits limits, Duration linger) {
    this.limits = limits;
    this.linger = linger;
  }

  /** The timer of a connection. */
  static ReadTimer of(Channel channel) {
    return channel.attr(KEY).get();
  }

  ReadTimer on(Channel channel) {
    channel.attr(KEY).set(this);
    return this;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (ctx.channel().isActive()) {
      enter(Phase.IDLE, System.nanoTime());
    }
  }

  /** Another timer takes over, or the connection has closed: no task is to keep it. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    context = null;
    releaseHead();
    if (nextLook != null) {
      nextLook.cancel(false);
      nextLook = null;
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    enter(Phase.IDLE, System.nanoTime());
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    if (expired) {
      ReferenceCountUtil.release(bytes);
      return;
    }
    lastRead = System.nanoTime();
    if (phase == Phase.IDLE && !bytesAreFrames) {
      enter(Phase.HEAD, lastRead);
    } else if (phase == Phase.BODY) {
      since = lastRead;
    }
    ctx.fireChannelRead(bytes);
  }

  // ── what the gate tells ────────────────────────────────────────────────────────────────────────

  /** From now on bytes are frames of many requests at once, and only idleness is timed. */
  void multiplexed() {
    bytesAreFrames = true;
    enter(Phase.IDLE, System.nanoTime());
  }

  void headRead() {
    enter(Phase.BODY, phase == Phase.HEAD ? lastRead : System.nanoTime());
  }

  void bodyRead() {
    enter(Phase.ANSWER, lastRead);
  }

  /** The idle time is counted from the next look, without one at the clock here. */
  void answered() {
    enter(Phase.IDLE, lastRead);
    sinceIsOld = true;
  }

  /** When bytes came last: {@link System#nanoTime()}. */
  long lastRead() {
    return lastRead;
  }

  /**
   * Makes a stop wait for a client in the midst of a request's head, or of what comes before one,
   * as long as that may take in service. Its request is work of its own then.
   *
   * @return true if it is in the midst of one
   */
  boolean awaitHead(WorkTracker tracker, @Nullable PeerAddress peer) {
    if (phase == Phase.HEAD && head == null) {
      head = tracker.hold("request whose head has not come whole", peer);
    }
    return phase == Phase.HEAD;
  }

  /** Takes over from the timer that saw the bytes of the TLS handshake. */
  void follow(ReadTimer other) {
    head = other.head;
    other.head = null;
  }

  private void releaseHead() {
    Work held = head;
    head = null;
    if (held != null) {
      held.done();
    }
  }

  /** Nobody could be told. */
  private void loseHead() {
    Work held = head;
    head = null;
    if (held != null) {
      held.lose();
    }
  }

  private void enter(Phase next, long from) {
    if (next != Phase.HEAD && head != null) {
      releaseHead();
    }
    phase = next;
    since = from;
    sinceIsOld = false;
    ChannelHandlerContext ctx = context;
    if (ctx != null && !scheduled && !limit().isZero()) {
      schedule(ctx, limit().toNanos());
    }
  }

  // ── time ───────────────────────────────────────────────────────────────────────────────────────

  private Duration limit() {
    return switch (phase) {
      case IDLE -> limits.idleTimeout();
      case HEAD -> limits.headTimeout();
      case BODY -> limits.readTimeout();
      case ANSWER -> Duration.ZERO;
    };
  }

  /** One task per connection at a time, not one per request: it looks again when it was early. */
  private void schedule(ChannelHandlerContext ctx, long nanos) {
    scheduled = true;
    long shortest =
        Math.min(nanos, Math.max(1, Math.min(head(), body()))); // a later phase may be shorter
    nextLook = ctx.executor().schedule(() -> look(ctx), shortest, TimeUnit.NANOSECONDS);
  }

  private long head() {
    return limits.headTimeout().isZero() ? Long.MAX_VALUE : limits.headTimeout().toNanos();
  }

  private long body() {
    return limits.readTimeout().isZero() ? Long.MAX_VALUE : limits.readTimeout().toNanos();
  }

  private void look(ChannelHandlerContext ctx) {
    scheduled = false;
    if (context == null || expired || !ctx.channel().isOpen() || limit().isZero()) {
      return;
    }
    if (sinceIsOld || (phase == Phase.BODY && !ctx.channel().config().isAutoRead())) {
      since = System.nanoTime(); // or the server does not want to read; the client cannot help it
      sinceIsOld = false;
    }
    long left = limit().toNanos() - (System.nanoTime() - since);
    if (left > 0) {
      schedule(ctx, left);
    } else {
      expire(ctx);
    }
  }

  private void expire(ChannelHandlerContext ctx) {
    Gate gate = ctx.channel().attr(Gate.KEY).get();
    if (phase == Phase.IDLE) {
      if (gate == null) {
        ctx.close();
      } else {
        gate.closeIfIdle(() -> {});
      }
      return;
    }
    expired = true;
    boolean unreadable = gate == null && ctx.pipeline().get(SslHandler.class) != null;
    if (unreadable
        || bytesAreFrames
        || (gate instanceof Http1Gate http1 && http1.hasBegunToAnswer())) {
      if (gate != null) {
        gate.tooSlow();
      }
      loseHead();
      ctx.close();
    } else {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(TIMEOUT))
          .addListener(written -> GentleClose.begin(ctx, linger, false, this::releaseHead));
    }
  }
}
