package io.github.vertxlifecycle.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import java.util.function.BooleanSupplier;

/**
 * Does not take a client up on {@code Upgrade: h2c} while the server turns its clients away: its
 * request is answered on HTTP/1.1 (RFC 9110 §7.8 leaves that to the server), and the answer says
 * {@code Connection: close}, which loses nothing. An HTTP/2 connection would begin with a GOAWAY.
 *
 * <p>Vert.x puts its handler of upgrades in place with the first bytes of a connection and calls it
 * in the same breath. So the first bytes are passed on in two parts, and between them another
 * handler is put before it. On the channel's event loop.
 */
final class NoCleartextUpgrade extends ChannelInboundHandlerAdapter {

  /** Vert.x's name of its handler of upgrades. */
  private static final String UPGRADES = "h2c";

  /** So many bytes tell HTTP/1.x, and not more than a request line has. */
  private static final int TELLING_BYTES = 4;

  private final BooleanSupplier turningAway;

  NoCleartextUpgrade(BooleanSupplier turningAway) {
    this.turningAway = turningAway;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ChannelPipeline pipeline = ctx.pipeline();
    if (turningAway.getAsBoolean()
        && message instanceof ByteBuf bytes
        && pipeline.get(SslHandler.class) == null) {
      if (bytes.readableBytes() > TELLING_BYTES) {
        ctx.fireChannelRead(bytes.readRetainedSlice(TELLING_BYTES));
      }
      if (pipeline.get(UPGRADES) != null && pipeline.get(Stay.class) == null) {
        pipeline.addBefore(UPGRADES, null, new Stay());
      }
    }
    ctx.fireChannelRead(message);
    if (!ctx.isRemoved() && ctx.channel().attr(Gate.KEY).get() != null) {
      pipeline.remove(this);
    }
  }

  /** Takes the wish out of the first request. */
  private static final class Stay extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (headers.contains(HttpHeaderNames.UPGRADE, UPGRADES, true)) {
          headers.remove(HttpHeaderNames.UPGRADE);
          headers.remove("HTTP2-Settings");
          headers.remove(HttpHeaderNames.CONNECTION);
        }
      }
      ctx.fireChannelRead(message);
    }
  }
}
