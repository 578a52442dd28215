package io.github.vertxlifecycle.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection in the two steps that RFC 9112 §9.6 asks for: its sending half first, the
 * rest when the client has closed its own half, or when it has acknowledged all that was sent and
 * the time has passed. A plain close with unread bytes would make TCP reset the connection, and the
 * client could lose the answer.
 *
 * <p>The caller drops the bytes that are read meanwhile. On the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class GentleClose {

  /** How long a client that acknowledges nothing is waited for, unless a stop cuts it before. */
  private static final Duration UNREAD = Duration.ofMinutes(2);

  private final ChannelHandlerContext ctx;
  private final Channel channel;
  private final boolean idle;
  private final Runnable delivered;
  private boolean acknowledged;
  private boolean timeIsUp;

  private GentleClose(ChannelHandlerContext ctx, boolean idle, Runnable delivered) {
    this.ctx = ctx;
    this.channel = ctx.channel();
    this.idle = idle;
    this.delivered = delivered;
  }

  /**
   * Begins to close.
   *
   * @param ctx whose {@code close} ends the connection
   * @param atMost how long to wait for the client's end once it has all that was sent
   * @param idle whether nothing was sent lately; see {@link SentOutput}
   * @param delivered runs when the client's system has acknowledged everything, or when the
   *     connection has closed, whichever comes first
   */
  static void begin(ChannelHandlerContext ctx, Duration atMost, boolean idle, Runnable delivered) {
    new GentleClose(ctx, idle, delivered).begin(atMost);
  }

  private void begin(Duration atMost) {
    channel.closeFuture().addListener(closed -> acknowledged());
    if (!channel.isActive() || !(channel instanceof DuplexChannel duplex)) {
      ctx.close();
      return;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      halfClose(duplex);
    } else {
      tls.closeOutbound().addListener(told -> halfClose(duplex));
    }
    channel.config().setAutoRead(true); // to see the client's end, whoever had paused it
    closeAfter(atMost, this::timeIsUp);
    closeAfter(atMost.plus(UNREAD), this::giveUp);
  }

  private void halfClose(DuplexChannel duplex) {
    duplex
        .shutdownOutput()
        .addListener(done -> SentOutput.whenAcknowledged(channel, idle, this::acknowledged));
  }

  private void closeAfter(Duration pause, Runnable end) {
    var timer = channel.eventLoop().schedule(end, pause.toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }

  private void giveUp() {
    Gate gate = channel.attr(Gate.KEY).get();
    if (gate != null && !acknowledged) {
      gate.tooSlow();
    }
    ctx.close();
  }

  private void timeIsUp() {
    timeIsUp = true;
    if (acknowledged) {
      ctx.close();
    }
  }

  private void acknowledged() {
    if (!acknowledged) {
      acknowledged = true;
      delivered.run();
      if (timeIsUp) {
        ctx.close();
      }
    }
  }
}
