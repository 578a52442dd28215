package io.github.vertxlifecycle.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.Socket;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a socket that was inherited accepts. */
@Tag("integration")
@Tag("linux")
@Tag("epoll")
final class InheritedSocketTest {

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final Vertx vertx = Vertx.vertx();
  private final CompletableFuture<Object> accepted = new CompletableFuture<>();
  private InetSocketAddress address;
  private Channel made;
  private OpenSocket socket;

  @ChannelHandler.Sharable
  private final class Accepts extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object connection) {
      ((Channel) connection).unsafe().closeForcibly();
      accepted.complete(connection);
    }
  }

  @BeforeEach
  void listen() throws Exception {
    Socket listening = Socket.newSocketStream();
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listening.listen(16);
    address = listening.localAddress();
    InheritedSocket inherited =
        EpollSockets.inherit(listening.intValue(), InheritedSocket.Keeper.PREDECESSOR, null)
            .served();
    ListeningSockets sockets = ListeningSockets.of(vertx);
    sockets.offer(List.of(inherited));
    made = new EpollServerSocketChannel();
    made.pipeline().addLast(new Accepts());
    socket = sockets.open(made, new SocketName(address, null), null);
  }

  @AfterEach
  void close() throws Exception {
    socket.channel().close().sync();
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private boolean isAsked() throws Exception {
    return group.submit(() -> socket.channel().config().isAutoRead()).get();
  }

  /** Whoever listens may be all that was missing: then all accept before the bind returns. */
  @Test
  void acceptsIfItIsToldToWhileItsBindIsAnswered() throws Exception {
    group.register(socket.channel()).sync();
    ChannelPromise bound = socket.channel().newPromise();
    bound.addListener(told -> socket.accept());
    socket.channel().bind(address, bound).sync();

    assertThat(isAsked()).isTrue();
    new java.net.Socket(address.getAddress(), address.getPort()).close();
    assertThat(accepted.get(60, TimeUnit.SECONDS)).isInstanceOf(Channel.class);
  }

  @Test
  void acceptsNobodyBeforeItIsToldTo() throws Exception {
    group.register(socket.channel()).sync();
    socket.channel().bind(address).sync();
    new java.net.Socket(address.getAddress(), address.getPort()).close();

    assertThat(isAsked()).isFalse();
    assertThat(accepted).isNotDone();
    socket.accept();
    assertThat(accepted.get(60, TimeUnit.SECONDS)).isInstanceOf(Channel.class);
  }

  @Test
  void takesThePlaceOfTheOneThatWasMade() throws Exception {
    group.register(socket.channel()).sync();

    assertThat(made.isOpen()).isFalse();
    assertThat(socket.channel().localAddress()).isEqualTo(address);
  }
}
