package io.github.vertxlifecycle.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose client has taken nothing of what waits for it for as long as {@code
 * writeTimeout}. It stands next to the socket, where bytes are as they go over the wire. On the
 * channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class WriteTimer extends ChannelOutboundHandlerAdapter {

  /** A look so many times within the limit: it is kept to a quarter. */
  private static final int LOOKS = 4;

  private final Duration limit;
  private boolean watching;
  private @Nullable ScheduledFuture<?> nextLook;

  // What the last look saw; different means that the socket took something.
  private @Nullable Object message;
  private long progress;
  private long pending;
  private long since;

  WriteTimer(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush();
    if (!watching && isWaiting(ctx.channel().unsafe().outboundBuffer())) {
      watching = true;
      since = System.nanoTime();
      remember(ctx.channel().unsafe().outboundBuffer());
      lookLater(ctx);
    }
  }

  /** The connection has closed: no task is to keep it. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (nextLook != null) {
      nextLook.cancel(false);
    }
  }

  private static boolean isWaiting(@Nullable ChannelOutboundBuffer waiting) {
    return waiting != null && !waiting.isEmpty();
  }

  private void remember(@Nullable ChannelOutboundBuffer waiting) {
    message = waiting == null ? null : waiting.current();
    progress = waiting == null ? 0 : waiting.currentProgress();
    pending = waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }

  private void lookLater(ChannelHandlerContext ctx) {
    nextLook =
        ctx.executor().schedule(() -> look(ctx), limit.toNanos() / LOOKS, TimeUnit.NANOSECONDS);
  }

  private void look(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    if (!channel.isOpen() || !isWaiting(waiting)) {
      watching = false;
      message = null;
      return;
    }
    Object before = message;
    long progressBefore = progress;
    long pendingBefore = pending;
    remember(waiting);
    long now = System.nanoTime();
    if (message != before || progress != progressBefore || pending < pendingBefore) {
      since = now;
    }
    if (now - since >= limit.toNanos()) {
      message = null;
      Gate gate = channel.attr(Gate.KEY).get();
      if (gate != null) {
        gate.tooSlow();
      }
      ctx.close();
    } else {
      lookLater(ctx);
    }
  }
}
