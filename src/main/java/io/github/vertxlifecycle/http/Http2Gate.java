package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The gate of an HTTP/2 connection. A stream is work in flight while it is open.
 *
 * <p>The client is turned away in two steps (RFC 9113 §6.8): a GOAWAY with the highest stream id,
 * which only asks for no more streams; after a round trip, by which streams already on their way
 * have arrived, a second one with the real last id. Vert.x knows one step only, so the first is
 * written past it.
 *
 * <p>With its last stream the connection closes, see {@link GentleClose}. This is not left to
 * Vert.x either: when the end of a request's body is what closes the last stream, Netty closes the
 * connection before the answer has been flushed.
 *
 * <p>Everything happens on the channel's event loop, but for the methods of {@link Gate}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class Http2Gate extends Http2ConnectionAdapter implements Gate {

  /** A stream's request, and what has come of its body. */
  private static final class Exchange {
    private final @Nullable Work work;
    private volatile @Nullable HttpServerRequest request;
    private long bodyBytes;

    Exchange(@Nullable Work work) {
      this.work = work;
    }
  }

  private final HttpServerConnection connection;
  private final ChannelHandlerContext vertx;
  private final Http2ConnectionHandler handler;
  private final Http2Connection.PropertyKey key;
  private final ReadTimer timer;
  private final WorkTracker tracker;
  private final Duration linger;
  private final Limits limits;

  private boolean warned;
  private boolean turnedAway;
  private boolean closing;

  Http2Gate(
      HttpServerConnection connection,
      Http2ConnectionHandler handler,
      ReadTimer timer,
      WorkTracker tracker,
      Duration linger,
      Limits limits) {
    this.connection = connection;
    this.vertx = connection.channelHandlerContext();
    this.handler = handler;
    this.key = handler.connection().newKey();
    this.timer = timer;
    this.tracker = tracker;
    this.linger = linger;
    this.limits = limits;
    handler.connection().addListener(this);
    countOpenStreams();
    timer.multiplexed();
    listen();
  }

  /** An upgrade from HTTP/1.1 has opened the first stream already. */
  private void countOpenStreams() {
    try {
      handler
          .connection()
          .forEachActiveStream(
              stream -> {
                onStreamActive(stream);
                return true;
              });
    } catch (Http2Exception e) {
      throw new IllegalStateException(e); // the visitor throws none
    }
  }

  /** To be called whenever the client's settings have come: Vert.x then listens anew. */
  void listen() {
    handler
        .decoder()
        .frameListener(
            new Http2FrameListenerDecorator(handler.decoder().frameListener()) {
              @Override
              public int onDataRead(
                  ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end)
                  throws Http2Exception {
                countBody(handler.connection().stream(id), data.readableBytes());
                return super.onDataRead(ctx, id, data, padding, end);
              }
            });
  }

  private void countBody(@Nullable Http2Stream stream, int bytes) {
    Exchange exchange = stream == null ? null : stream.getProperty(key);
    if (exchange == null) {
      return;
    }
    boolean fitted = !limits.forbidsBody(exchange.bodyBytes);
    exchange.bodyBytes += bytes;
    HttpServerRequest request = exchange.request;
    if (fitted && limits.forbidsBody(exchange.bodyBytes) && request != null) {
      new Refusal(413).answer(request);
    }
  }

  @Override
  public void onStreamActive(Http2Stream stream) {
    stream.setProperty(
        key, new Exchange(tracker.count("HTTP/2 stream", Peer.of(connection.remoteAddress()))));
    timer.bodyRead();
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    Exchange exchange = stream.removeProperty(key);
    if (exchange != null && exchange.work != null) {
      if (warned) {
        flushed(exchange.work::done);
      } else {
        exchange.work.done();
      }
    }
    if (handler.connection().numActiveStreams() == 0) {
      timer.answered();
      closeIfLastStreamIsOver();
    }
  }

  private void closeIfLastStreamIsOver() {
    if (turnedAway && !closing && handler.connection().numActiveStreams() == 0) {
      closing = true;
      flushed(() -> GentleClose.begin(vertx, linger));
    }
  }

  /** Runs when all that has been written has been handed to the socket. */
  private void flushed(Runnable then) {
    vertx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> then.run());
  }

  @Override
  public @Nullable Work handed(HttpServerRequest request) {
    Http2Stream stream = handler.connection().stream(request.streamId());
    Exchange exchange = stream == null ? null : stream.getProperty(key);
    if (exchange == null) {
      return null;
    }
    exchange.request = request;
    return exchange.work;
  }

  @Override
  public void turnAway() {
    vertx.channel().eventLoop().execute(this::warn);
  }

  private void warn() {
    if (!warned && vertx.channel().isActive()) {
      warned = true;
      handler
          .encoder()
          .frameWriter()
          .writeGoAway(
              vertx,
              Integer.MAX_VALUE,
              Http2Error.NO_ERROR.code(),
              Unpooled.EMPTY_BUFFER,
              vertx.newPromise());
      connection
          .ping(Buffer.buffer(new byte[8]))
          .onComplete(answered -> vertx.channel().eventLoop().execute(this::lastStreamIsKnown));
    }
  }

  private void lastStreamIsKnown() {
    if (!turnedAway) {
      turnedAway = true;
      connection.goAway(Http2Error.NO_ERROR.code());
      closeIfLastStreamIsOver();
    }
  }

  /** Nothing to do: a WebSocket over HTTP/2 is not known to Vert.x. */
  @Override
  public void goingAway() {}

  /** Without waiting for the answer to the ping: who has not answered by now never will. */
  @Override
  public void closeIfIdle() {
    vertx
        .channel()
        .eventLoop()
        .execute(
            () -> {
              warned = true;
              lastStreamIsKnown();
            });
  }

  @Override
  public void closeNow() {
    vertx.channel().eventLoop().execute(() -> vertx.close());
  }
}
