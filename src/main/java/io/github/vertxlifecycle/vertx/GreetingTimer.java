package io.github.vertxlifecycle.vertx;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

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

  private boolean scheduled;

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
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!owed) {
      owed = true;
      since = System.nanoTime();
      schedule(ctx, limit.toNanos());
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

  private void schedule(ChannelHandlerContext ctx, long nanos) {
    if (!scheduled) {
      scheduled = true;
      ctx.executor().schedule(() -> judge(ctx), nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void judge(ChannelHandlerContext ctx) {
    scheduled = false;
    if (ctx.isRemoved() || !owed) {
      return;
    }
    long left = limit.toNanos() - (System.nanoTime() - since);
    if (left > 0) {
      schedule(ctx, left);
    } else {
      ClientSockets.abort(ctx.channel());
    }
  }
}
