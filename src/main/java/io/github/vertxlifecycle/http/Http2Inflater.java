package io.github.vertxlifecycle.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DelegatingDecompressorFrameListener;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Inflates bodies in the stead of Vert.x's own listener, so that what counts them is behind it and
 * sees the bytes that they become; and once for the connection, where Vert.x begins anew with every
 * change of settings and loses the bodies that are under way. On the channel's event loop.
 */
final class Http2Inflater extends DelegatingDecompressorFrameListener {

  private final Http2Connection connection;
  private final Http2LocalFlowController flow;

  /**
   * Makes an inflater.
   *
   * @param connection whose flow controller nobody has replaced yet
   * @param listener gets the inflated bodies
   */
  Http2Inflater(Http2Connection connection, Http2FrameListener listener) {
    super(connection, listener, 0);
    this.connection = connection;
    this.flow = connection.local().flowController();
  }

  /** Padding is given back at once, as in Vert.x: it does not grow with what it stands by. */
  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    Http2Stream stream = connection.stream(id);
    if (padding > 0 && stream != null) {
      flow.consumeBytes(stream, padding);
      return super.onDataRead(ctx, id, data, 0, endOfStream);
    }
    return super.onDataRead(ctx, id, data, padding, endOfStream);
  }
}
