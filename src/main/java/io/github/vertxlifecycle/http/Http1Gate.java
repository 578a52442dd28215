package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the HTTP/1.x codec of one connection and Vert.x, counts what passes, and closes
 * the connection in a way that loses nothing.
 *
 * <p>A request is work in flight from the moment its head has been decoded until the last byte of
 * its answer has been handed to the socket, pipelined requests that Vert.x has not looked at yet
 * included.
 *
 * <p>Once the server turns its clients away, the answer to the last request received so far says
 * {@code Connection: close} (RFC 9112 §9.6); what the client sends after that is not processed,
 * which the client knows. The connection is closed in two steps, as the same section asks for: its
 * sending half first, the rest when the client has closed its own half or the linger time has
 * passed. A plain close with unread bytes would make TCP reset the connection, and the client could
 * lose the answer.
 *
 * <p>Everything happens on the channel's event loop, but for the methods of {@link Gate}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class Http1Gate extends ChannelDuplexHandler implements Gate {

  /** Stands for a request that was not admitted. */
  private static final Object REFUSED = new Object();

  private final WorkTracker tracker;
  private final Duration linger;
  private final Channel channel;

  /** Requests whose answer has not begun: {@link Work} or {@link #REFUSED}. */
  private final Queue<Object> waiting = new ArrayDeque<>();

  private @Nullable Object answering;
  private boolean informational;
  private boolean upgraded;
  private boolean closeSaid;

  private volatile boolean turningAway;

  /** The request that Vert.x answers now; null for none and for one that was refused. */
  private volatile @Nullable Work current;

  Http1Gate(Channel channel, WorkTracker tracker, Duration linger) {
    this.channel = channel;
    this.tracker = tracker;
    this.linger = linger;
  }

  @Override
  public void turnAway() {
    turningAway = true;
  }

  @Override
  public void closeIfIdle() {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (current == null && !upgraded) {
                channel.close();
              }
            });
  }

  @Override
  public @Nullable Work workOf(HttpServerRequest request) {
    return current;
  }

  // ── requests ───────────────────────────────────────────────────────────────────────────────────

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closeSaid && !upgraded) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest request) {
      RequestName name = new RequestName(request.method().name(), request.uri());
      Work work = tracker.count(name, Peer.of(channel.remoteAddress()));
      waiting.add(work == null ? REFUSED : work);
      if (answering == null) {
        look();
      }
    }
    ctx.fireChannelRead(message);
  }

  private void look() {
    current = waiting.peek() instanceof Work work ? work : null;
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      beginAnswer(response);
    }
    if (message instanceof LastHttpContent && !informational && answering != null) {
      ctx.write(message, endAnswer(ctx, promise.unvoid()));
    } else {
      ctx.write(message, promise);
    }
  }

  private void beginAnswer(HttpResponse response) {
    HttpResponseStatus status = response.status();
    informational = status.code() >= 100 && status.code() < 200;
    if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      upgraded = true;
      finish(waiting.poll());
      look();
    }
    if (informational) {
      return;
    }
    answering = waiting.poll();
    if (turningAway && waiting.isEmpty()) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    closeSaid =
        response.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
  }

  private ChannelPromise endAnswer(ChannelHandlerContext ctx, ChannelPromise promise) {
    Object ended = answering;
    answering = null;
    look();
    boolean last = closeSaid;
    return promise.addListener(
        written -> {
          finish(ended);
          if (last) {
            closeGently(ctx);
          }
        });
  }

  private static void finish(@Nullable Object exchange) {
    if (exchange instanceof Work work) {
      work.done();
    }
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  private void closeGently(ChannelHandlerContext ctx) {
    if (!channel.isActive() || !(channel instanceof DuplexChannel duplex)) {
      channel.close();
      return;
    }
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    if (tls == null) {
      duplex.shutdownOutput();
    } else {
      tls.closeOutbound().addListener(told -> duplex.shutdownOutput());
    }
    channel.config().setAutoRead(true); // to see the client's end, whoever had paused it
    var timer =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), linger.toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    finish(answering);
    answering = null;
    current = null;
    waiting.forEach(Http1Gate::finish);
    waiting.clear();
    super.channelInactive(ctx);
  }
}
