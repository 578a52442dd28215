package io.github.vertxlifecycle.handover;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The process that this one replaces, seen from here. What it says is told on the event loop of its
 * connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class Predecessor {

  /** For an answer of a process that is there and has nothing else to do than to answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Of this side. */
  private enum HandoverState {
    GREETING,
    TAKING,
    STARTING,
    READY,
    OVER
  }

  private final Path path;
  private final Channel channel;
  private final int pid;
  private final CompletableFuture<List<InheritedSocket>> sockets = new CompletableFuture<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private volatile Consumer<String> onRefusal = reason -> {};

  // of the event loop
  private HandoverState state = HandoverState.GREETING;
  private final List<String> promised = new ArrayList<>();
  private final List<InheritedSocket> received = new ArrayList<>();
  private int expected;
  private @Nullable String refused;

  private Predecessor(Path path, Channel channel, int pid) {
    this.path = path;
    this.channel = channel;
    this.pid = pid;
  }

  /**
   * Looks for it, and takes its sockets. Blocks until it has answered, or not in time.
   *
   * @param path where it waits for a successor
   * @param startBudget how long the start of this process can take
   * @return null if there is none
   * @throws HandoverException if it refuses, does not answer, or is another user's
   */
  static @Nullable Predecessor find(Path path, EventLoopGroup group, Duration startBudget)
      throws HandoverException {
    if (Files.notExists(path)) {
      return null;
    }
    Channel channel = connect(path, group);
    if (channel == null) {
      return null;
    }
    Predecessor found;
    try {
      var peer = ((EpollDomainSocketChannel) channel).peerCredentials();
      if (peer.uid() != ControlSocket.ourUid()) {
        throw new IOException("it runs as user " + peer.uid());
      }
      found = new Predecessor(path, channel, peer.pid());
    } catch (IOException e) {
      channel.close();
      throw HandoverException.predecessor(
          "the process that listens at %s cannot be trusted: %s".formatted(path, e.getMessage()));
    }
    return found.greet(startBudget) ? found : null;
  }

  private static @Nullable Channel connect(Path path, EventLoopGroup group)
      throws HandoverException {
    var connecting =
        new Bootstrap()
            .group(group)
            .channel(EpollDomainSocketChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel made) {
                    made.config().setAutoRead(false);
                    HandoverProtocol.addTo(made.pipeline());
                  }
                })
            .connect(new DomainSocketAddress(path.toFile()))
            .awaitUninterruptibly();
    Throwable problem = connecting.cause();
    if (problem == null) {
      return connecting.channel();
    }
    if (problem instanceof ConnectException || problem instanceof FileNotFoundException) {
      return null; // what a process has left behind that was killed
    }
    throw HandoverException.predecessor(
        "cannot connect to %s: %s".formatted(path, problem.getMessage()));
  }

  /** Tells false if it ended before it gave its sockets. */
  private boolean greet(Duration startBudget) throws HandoverException {
    channel.pipeline().addLast(new Listener());
    channel.config().setAutoRead(true);
    channel.writeAndFlush(
        HandoverProtocol.HELLO + HandoverProtocol.VERSION + " " + startBudget.toMillis() + "\n");
    try {
      sockets.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (CancellationException e) {
      return false;
    } catch (ExecutionException e) {
      throw HandoverException.predecessor(
          "process %s, which this one was to replace, says no: %s"
              .formatted(pid, e.getCause() == null ? e : e.getCause().getMessage()));
    } catch (TimeoutException e) {
      channel.close();
      throw HandoverException.predecessor(
          "process %s, which listens at %s, does not answer; end it, or look what it does (jstack %s)"
              .formatted(pid, path, pid));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HandoverException.predecessor("interrupted");
    }
  }

  int pid() {
    return pid;
  }

  /** What it has given. */
  List<InheritedSocket> sockets() {
    return sockets.join();
  }

  /** Has somebody told if it takes its word back: nothing is to be replaced any more. */
  void onRefusal(Consumer<String> told) {
    channel
        .eventLoop()
        .execute(
            () -> {
              onRefusal = told;
              if (refused != null) {
                told.accept(refused);
              }
            });
  }

  /**
   * Says that this process serves.
   *
   * @param unwanted of its sockets those that nobody wants here, and that are closed here
   * @param whenGone is run when it serves them no longer, or has ended
   */
  void ready(Collection<InheritedSocket> unwanted, Runnable whenGone) {
    List<InheritedSocket> all = sockets();
    String taken =
        IntStream.range(0, all.size())
            .filter(i -> !unwanted.contains(all.get(i)))
            .mapToObj(i -> " " + i)
            .collect(Collectors.joining());
    channel
        .eventLoop()
        .execute(
            () -> {
              gone.thenRun(whenGone);
              if (state == HandoverState.STARTING) {
                state = HandoverState.READY;
                channel.writeAndFlush(HandoverProtocol.READY + taken + "\n");
              }
            });
  }

  /** Hears what it says. */
  private final class Listener extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
      if (message instanceof FileDescriptor descriptor) {
        received(descriptor.intValue());
      } else {
        String line = String.valueOf(message);
        if (line.startsWith(HandoverProtocol.NO)) {
          refuses(line.substring(HandoverProtocol.NO.length()));
        } else if (state == HandoverState.GREETING) {
          promises(line);
        } else if (state == HandoverState.READY && line.equals(HandoverProtocol.YOURS)) {
          over();
        } else {
          throw new IOException("unexpected: " + line);
        }
      }
    }

    private void promises(String line) throws IOException {
      if (line.startsWith(HandoverProtocol.SOCKETS)) {
        expected = Integer.parseInt(line.substring(HandoverProtocol.SOCKETS.length()));
      } else {
        promised.add(line);
      }
      if (promised.size() < expected) {
        return;
      }
      state = HandoverState.TAKING;
      if (expected == 0) {
        taken();
      } else {
        ((EpollDomainSocketChannel) channel)
            .config()
            .setReadMode(DomainSocketReadMode.FILE_DESCRIPTORS);
        channel.writeAndFlush(HandoverProtocol.TAKE + "\n");
      }
    }

    private void received(int descriptor) throws IOException {
      String[] words = promised.get(received.size()).split(" ", 2);
      InheritedSocket.Keeper keeper =
          words[0].equals(HandoverProtocol.KEPT)
              ? InheritedSocket.Keeper.SUPERVISOR
              : InheritedSocket.Keeper.PREDECESSOR;
      String path = words.length > 1 ? words[1] : null;
      received.add(EpollSockets.inherit(descriptor, keeper, path).served());
      if (received.size() == expected) {
        ((EpollDomainSocketChannel) channel).config().setReadMode(DomainSocketReadMode.BYTES);
        taken();
      }
    }

    private void taken() {
      state = HandoverState.STARTING;
      sockets.complete(List.copyOf(received));
    }

    private void refuses(String reason) {
      boolean starting = state != HandoverState.OVER;
      over();
      sockets.completeExceptionally(HandoverException.predecessor(reason));
      if (starting) {
        refused = reason;
        onRefusal.accept(reason);
      }
    }

    private void over() {
      state = HandoverState.OVER;
      channel.close();
      gone.complete(null);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      state = HandoverState.OVER;
      if (sockets.cancel(false)) {
        received.forEach(InheritedSocket::close);
      }
      gone.complete(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      sockets.completeExceptionally(
          HandoverException.predecessor(String.valueOf(cause.getMessage())));
      channel.close();
    }
  }
}
