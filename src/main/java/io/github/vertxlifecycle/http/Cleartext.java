package io.github.vertxlifecycle.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.ssl.SslHandler;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Sees the first bytes of a connection that are neither TLS nor PROXY protocol, and tells HTTP/2
 * from HTTP/1.x. For HTTP/1.x it puts a {@link StrictRequestDecoder} in the place of Vert.x's
 * decoder before that has read anything, and leaves; on HTTP/2 a {@link FrameTimer} takes its
 * place. On the channel's event loop.
 */
final class Cleartext extends ChannelInboundHandlerAdapter {

  /** As Vert.x calls the decoder, and removes it by name. */
  private static final String DECODER = "httpDecoder";

  private static final String PROXY_PROTOCOL_DECODER =
      "io.netty.handler.codec.haproxy.HAProxyMessageDecoder";

  private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

  private final HttpLimits limits;
  private final Supplier<StrictRequestDecoder> decoders;
  private int matched;

  Cleartext(HttpLimits limits, Supplier<StrictRequestDecoder> decoders) {
    this.limits = limits;
    this.decoders = decoders;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes) || moves(ctx)) {
      ctx.fireChannelRead(message);
      return;
    }
    int from = bytes.readerIndex();
    int at = from;
    while (at < bytes.writerIndex()
        && matched < PREFACE.readableBytes()
        && bytes.getByte(at) == PREFACE.getByte(matched)) {
      at++;
      matched++;
    }
    if (matched == PREFACE.readableBytes()) {
      ctx.pipeline().replace(this, null, new FrameTimer(limits.headTimeout(), at - from));
      ctx.fireChannelRead(bytes); // to the replacement
    } else if (at == bytes.writerIndex()) {
      ctx.fireChannelRead(bytes);
    } else {
      readHttp1(ctx, bytes);
    }
  }

  /** Goes behind what decodes TLS or the PROXY protocol, where that has come meanwhile. */
  private boolean moves(ChannelHandlerContext ctx) {
    String decodes = null;
    boolean later = false;
    for (Map.Entry<String, ChannelHandler> one : ctx.pipeline()) {
      if (later && isBelowHttp(one.getValue())) {
        decodes = one.getKey();
      }
      later |= one.getValue() == this;
    }
    if (decodes == null) {
      return false;
    }
    ctx.pipeline().addAfter(decodes, null, new Cleartext(limits, decoders));
    ctx.pipeline().remove(this);
    return true;
  }

  /** The decoder of the PROXY protocol is known by name: it is no dependency of this library. */
  private static boolean isBelowHttp(ChannelHandler handler) {
    return handler instanceof SslHandler
        || handler.getClass().getName().equals(PROXY_PROTOCOL_DECODER);
  }

  /**
   * Without TLS Vert.x adds its decoder when it has seen a byte that is not HTTP/2's, and lets it
   * read at once; so it sees one byte at a time until then.
   */
  private void readHttp1(ChannelHandlerContext ctx, ByteBuf bytes) {
    while (!replaceDecoder(ctx.pipeline()) && bytes.readableBytes() > 1) {
      ctx.fireChannelRead(bytes.readRetainedSlice(1));
    }
    ctx.fireChannelRead(bytes);
    if (!ctx.isRemoved()) {
      replaceDecoder(ctx.pipeline());
      ctx.pipeline().remove(this);
    }
  }

  private boolean replaceDecoder(ChannelPipeline pipeline) {
    HttpRequestDecoder decoder = pipeline.get(HttpRequestDecoder.class);
    if (decoder != null && !(decoder instanceof StrictRequestDecoder)) {
      pipeline.replace(decoder, DECODER, decoders.get());
    }
    return decoder != null;
  }
}
