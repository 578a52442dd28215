package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.vertxlifecycle.time.ManualClock;
import io.github.vertxlifecycle.vertx.HttpServers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A listening socket on epoll whose close takes as long as its clock says. */
@Tag("integration")
@Tag("linux")
@Tag("epoll")
final class QuietCloseTest {

  private static final Duration ROUND_TRIP = Duration.ofMillis(50);
  private static final int PATIENCE_MILLIS = 120_000;

  /** Shorter than the second after which a client repeats a SYN. */
  private static final int MOMENT_MILLIS = 300;

  private final Vertx vertx = Vertx.builder().withTransport(Transport.EPOLL).build();
  private final ManualClock clock = new ManualClock();
  private final CompletableFuture<Channel> socket = new CompletableFuture<>();
  private final CompletableFuture<QuietClose> close = new CompletableFuture<>();
  private int port;

  /** Where the server listens, and where its clients look for it. */
  private record Way(String server, String client) {}

  private static Stream<Way> ways() throws SocketException {
    Way four = new Way("127.0.0.1", "127.0.0.1");
    boolean six =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(address -> address.getHostAddress().startsWith("0:0:0:0:0:0:0:1"));
    return six
        ? Stream.of(four, new Way("::1", "::1"), new Way("::", "127.0.0.1"))
        : Stream.of(four);
  }

  private void listen(Way way) {
    HttpServer server =
        HttpServers.create(
            vertx, new HttpServerOptions().setHost(way.server).setPort(0), this::adopt);
    port =
        ServerTest.await(server.requestHandler(request -> request.response().end("hello")).listen())
            .actualPort();
  }

  private Channel adopt(Channel channel) {
    QuietClose its = new QuietClose(channel, () -> false, () -> {}, clock);
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object child) {
                its.accepted(clock.nanos());
                ctx.fireChannelRead(child);
              }
            });
    close.complete(its);
    socket.complete(channel);
    return channel;
  }

  private Socket connect(String host, int patience) throws IOException {
    Socket client = new Socket();
    try {
      client.connect(new InetSocketAddress(host, port), patience);
    } catch (IOException e) {
      client.close();
      throw e;
    }
    client.setSoTimeout(PATIENCE_MILLIS);
    return client;
  }

  private static void ask(Socket client) throws IOException {
    client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static String answer(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  /** Accepts nobody, as a busy process. */
  private void accept(boolean some) throws Exception {
    Channel channel = socket.get();
    channel.eventLoop().submit(() -> channel.config().setAutoRead(some)).get();
  }

  private Future<Void> begin(Duration forHandshakes) throws Exception {
    Future<Void> closed = close.get().begin(forHandshakes);
    socket.get().eventLoop().submit(() -> {}).get(); // it has begun
    return closed;
  }

  private void visit(String host) throws IOException {
    try (Socket client = connect(host, PATIENCE_MILLIS)) {
      ask(client);
      assertThat(answer(client)).contains("200 OK");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void answersWhomTheSystemHasLetInAndLetsInNobodyElse(Way way) throws Exception {
    listen(way);
    visit(way.client); // so that somebody may be in the midst of a handshake
    accept(false);
    try (Socket before = connect(way.client, PATIENCE_MILLIS)) {
      ask(before);
      Future<Void> closed = begin(ROUND_TRIP);

      assertThatThrownBy(() -> connect(way.client, MOMENT_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(closed.isComplete()).isFalse();
      accept(true);
      assertThat(answer(before)).contains("200 OK");

      CompletableFuture<Throwable> late =
          CompletableFuture.supplyAsync(
              () -> catchThrowable(() -> connect(way.client, PATIENCE_MILLIS)));
      clock.advance(ROUND_TRIP);
      ServerTest.await(closed);
      assertThat(late.get()).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void doesNotWaitWhenNobodyHasComeLately() throws Exception {
    listen(new Way("127.0.0.1", "127.0.0.1"));
    visit("127.0.0.1");
    clock.advance(Duration.ofMillis(250));

    ServerTest.await(begin(ROUND_TRIP)); // though the clock stands still
  }

  @Test
  void doesNotWaitAnyLongerWhenItIsToldSo() throws Exception {
    listen(new Way("127.0.0.1", "127.0.0.1"));
    visit("127.0.0.1");
    Future<Void> closed = begin(ROUND_TRIP);
    assertThatThrownBy(() -> connect("127.0.0.1", MOMENT_MILLIS))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(closed.isComplete()).isFalse();

    begin(Duration.ZERO);

    ServerTest.await(closed);
  }

  @AfterEach
  void closeVertx() {
    ServerTest.await(vertx.close());
  }
}
