package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.LateWatch;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.time.Duration;
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
  private @Nullable LateWatch watch;

  // What the last look saw; different means that the socket took something.
  private @Nullable Object message;
  private long progress;
  private long pending;
  private long since;

  WriteTimer(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    watch = new LateWatch(ctx.channel(), limit.toNanos() / LOOKS, now -> look(ctx, now));
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush();
    ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
    if (watch != null && !watch.isWatching() && isWaiting(waiting)) {
      since = System.nanoTime();
      remember(waiting);
      watch.begin();
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

  private long look(ChannelHandlerContext ctx, long now) {
    Channel channel = ctx.channel();
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    if (!channel.isOpen() || !isWaiting(waiting)) {
      message = null;
      return 0;
    }
    Object before = message;
    long progressBefore = progress;
    long pendingBefore = pending;
    remember(waiting);
    if (message != before || progress != progressBefore || pending < pendingBefore) {
      since = now;
    }
    if (now - since < limit.toNanos()) {
      return limit.toNanos() / LOOKS;
    }
    message = null;
    Gate gate = channel.attr(Gate.KEY).get();
    if (gate != null) {
      gate.tooSlow();
    }
    ctx.close();
    return 0;
  }
}
