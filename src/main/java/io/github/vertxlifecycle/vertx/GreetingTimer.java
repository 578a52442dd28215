package io.github.vertxlifecycle.vertx;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Closes a new connection whose server takes what it is sent and answers nothing. It is taken out
 * of the channel when the client has been greeted. On the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class GreetingTimer extends ChannelDuplexHandler {

  static final String NAME = "greeting-timer";

  private final Duration limit;
  private final boolean once;
  private boolean owed;

  /** Since when the server has owed an answer. */
  private long since;

  private @Nullable LateWatch watch;

  /**
   * Makes a timer.
   *
   * @param limit how long each answer may take
   * @param once whether the first answer is all the greeting
   */
  GreetingTimer(Duration limit, boolean once) {
    this.limit = limit;
    this.once = once;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    watch = new LateWatch(ctx.channel(), limit.toNanos(), now -> judge(ctx, now));
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!owed) {
      owed = true;
      since = System.nanoTime();
      if (watch != null) {
        watch.begin();
      }
    }
    ctx.write(message, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    owed = false;
    if (once) {
      ctx.pipeline().remove(this);
    }
    ctx.fireChannelRead(message);
  }

  /** In how many nanoseconds to look again; 0 for when the next answer is owed. */
  private long judge(ChannelHandlerContext ctx, long now) {
    if (ctx.isRemoved() || !owed) {
      return 0;
    }
    long left = limit.toNanos() - (now - since);
    if (left <= 0) {
      ClientSockets.abort(ctx.channel());
    }
    return Math.max(0, left);
  }
}
