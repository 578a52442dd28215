package io.github.vertxlifecycle.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection in the two steps that RFC 9112 §9.6 asks for: its sending half first, the
 * rest when the client has closed its own half or the time has passed. A plain close with unread
 * bytes would make TCP reset the connection, and the client could lose the answer.
 *
 * <p>The caller drops the bytes that are read meanwhile. On the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class GentleClose {

  private GentleClose() {}

  static void begin(ChannelHandlerContext ctx, Duration atMost) {
    Channel channel = ctx.channel();
    if (!channel.isActive() || !(channel instanceof DuplexChannel duplex)) {
      ctx.close();
      return;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      duplex.shutdownOutput();
    } else {
      tls.closeOutbound().addListener(told -> duplex.shutdownOutput());
    }
    channel.config().setAutoRead(true); // to see the client's end, whoever had paused it
    var timer =
        channel.eventLoop().schedule(() -> ctx.close(), atMost.toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }
}
