package io.github.vertxlifecycle.vertx;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a connection when something on it may be late: one task a connection at most, none while
 * nothing is awaited, and nothing to cancel when it was in time. With the connection it ends, so
 * that no task keeps what has closed. On the channel's event loop.
 */
public final class LateWatch {

  private final Channel channel;
  private final LongSupplier limit;
  private final LongUnaryOperator look;
  private boolean watching;
  private @Nullable ScheduledFuture<?> next;

  /**
   * Makes a watch that does not look yet.
   *
   * @param channel the connection
   * @param limit nanoseconds after which something is late; 0 for never
   * @param look gets {@link System#nanoTime()}, deals with what is late, and returns in how many
   *     nanoseconds the next may be; 0 if nothing is awaited
   */
  public LateWatch(Channel channel, long limit, LongUnaryOperator look) {
    this(channel, () -> limit, look);
  }

  /** The same with a limit that may change: it is asked for whenever something begins. */
  LateWatch(Channel channel, LongSupplier limit, LongUnaryOperator look) {
    this.channel = channel;
    this.limit = limit;
    this.look = look;
  }

  /** From now on something is awaited. */
  public void begin() {
    if (!watching) {
      schedule(limit.getAsLong());
    }
  }

  /**
   * Whether something is awaited.
   *
   * @return true from {@link #begin} to the look that finds nothing more
   */
  public boolean isWatching() {
    return watching;
  }

  private void schedule(long nanos) {
    if (nanos > 0) {
      boolean first = next == null;
      watching = true;
      next = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
      if (first) {
        channel.closeFuture().addListener(closed -> end());
      }
    }
  }

  private void end() {
    ScheduledFuture<?> task = next;
    if (task != null) {
      task.cancel(false);
    }
  }

  private void look() {
    watching = false;
    schedule(look.applyAsLong(System.nanoTime()));
  }
}
