package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.LateWatch;
import io.github.vertxlifecycle.work.Work;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends an HTTP/2 connection whose client takes too long over one frame, or over the frames of one
 * head. The payload of DATA is not timed here: a body may come slowly, see {@link Http2Gate}. On
 * the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class FrameTimer extends ChannelInboundHandlerAdapter {

  private static final int HEADER_BYTES = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private final Duration limit;
  private int skip;

  /** Bytes of the frame header that have come. */
  private int header;

  private int payloadLeft;
  private int type;
  private boolean headIsOpen;

  private boolean timed;

  /** While a stop waits for the end of a frame. */
  private @Nullable Work held;

  /** What the stop goes on with then. */
  private @Nullable Runnable whole;

  /** Since when the client has owed the end of what it has begun. */
  private long since;

  private @Nullable LateWatch watch;

  /**
   * Makes a timer.
   *
   * @param limit how long a frame may take; zero for as long as it likes
   * @param skip how many bytes of the next read are not frames but the end of the preface
   */
  FrameTimer(Duration limit, int skip) {
    this.limit = limit;
    this.skip = skip;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    watch = new LateWatch(ctx.channel(), limit.toNanos(), now -> judge(ctx, now));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      int from = bytes.readerIndex() + skip;
      skip = 0;
      look(bytes, from);
    }
    ctx.fireChannelRead(message);
    if (!timed) {
      releaseFrame();
    }
  }

  /**
   * Makes a stop wait for the end of what the client has begun to say, as long as that may take in
   * service. It may be a request.
   *
   * @param hold makes the work that this is
   * @param then runs when it has come and been read, before the hold is released
   * @return true if the client is in the midst of it
   */
  boolean awaitFrame(Supplier<@Nullable Work> hold, Runnable then) {
    if (timed && whole == null) {
      held = hold.get();
      whole = then;
    }
    return timed;
  }

  private void releaseFrame() {
    Work work = held;
    Runnable then = whole;
    held = null;
    whole = null;
    if (then != null) {
      then.run();
    }
    if (work != null) {
      work.done();
    }
  }

  /** The client has gone. */
  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ctx.fireChannelInactive();
    whole = null;
    releaseFrame();
  }

  private void look(ByteBuf bytes, int from) {
    boolean owed = timed;
    int at = from;
    int end = bytes.writerIndex();
    while (at < end) {
      if (header < HEADER_BYTES) {
        readHeader(bytes.getUnsignedByte(at++));
      } else {
        int step = Math.min(payloadLeft, end - at);
        payloadLeft -= step;
        at += step;
      }
      if (header == HEADER_BYTES && payloadLeft == 0) {
        header = 0;
        owed = headIsOpen && owed; // a frame has ended, and the next has a time of its own
      }
    }
    timed = headIsOpen || (header > 0 && (header < HEADER_BYTES || type != DATA));
    if (timed && !owed) {
      since = System.nanoTime();
      if (watch != null) {
        watch.begin();
      }
    }
  }

  private void readHeader(int value) {
    if (header < 3) {
      payloadLeft = (header == 0 ? 0 : payloadLeft << 8) | value;
    } else if (header == 3) {
      type = value;
    } else if (header == 4 && (type == HEADERS || type == CONTINUATION)) {
      headIsOpen = (value & END_HEADERS) == 0;
    }
    header++;
  }

  private long judge(ChannelHandlerContext ctx, long now) {
    if (ctx.isRemoved() || !timed) {
      return 0;
    }
    long left = limit.toNanos() - (now - since);
    if (left <= 0) {
      Work work = held;
      if (work != null) {
        work.lose();
      }
      Gate gate = ctx.channel().attr(Gate.KEY).get();
      if (gate != null) {
        gate.tooSlow();
      }
      ctx.close();
    }
    return Math.max(0, left);
  }
}
