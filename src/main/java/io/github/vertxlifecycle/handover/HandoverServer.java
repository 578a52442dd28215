package io.github.vertxlifecycle.handover;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a successor, one at a time, and gives it the listening sockets. All happens on one
 * event loop of its own.
 *
 * <p>Until the successor says that it serves, nothing changes here, whatever becomes of it: its
 * connection ends with it. Then the sockets that it has are closed, the process manager is told,
 * and the stop begins.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class HandoverServer {

  /** For the first line, and beyond what a successor says that its start takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Of one successor. */
  private enum SuccessionState {
    GREETING,
    OFFERED,
    STARTING,
    OVER
  }

  /** What the process does about its successors. */
  interface Events {

    /** Somebody is to know. */
    void info(String text);

    /** Something is not as it should be. */
    void warn(String text);

    /** The successor serves, and this process does not any more. May block for a moment. */
    void handingOver(int pid);

    /** The stop is to begin. */
    void handedOver(int pid);
  }

  private final ControlSocket control;
  private final EventLoopGroup group;
  private final Events events;
  private volatile @Nullable Channel bound;
  private volatile @Nullable ListeningSockets sockets;

  // of the event loop
  private boolean serves;
  private @Nullable Succession current;
  private @Nullable String stopping;

  HandoverServer(ControlSocket control, EventLoopGroup group, Events events) {
    this.control = control;
    this.group = group;
    this.events = events;
  }

  /**
   * Makes the socket, under a name that nobody looks for.
   *
   * @throws IOException if that cannot be
   */
  void bind() throws IOException {
    ChannelFuture done =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<EpollDomainSocketChannel>() {
                  @Override
                  protected void initChannel(EpollDomainSocketChannel channel) {
                    accepted(channel);
                  }
                })
            .bind(new DomainSocketAddress(control.bindPath().toFile()))
            .awaitUninterruptibly();
    if (done.cause() != null) {
      throw new IOException(done.cause().getMessage(), done.cause());
    }
    bound = done.channel();
  }

  /**
   * Waits from now on, in the place of a predecessor if there is one.
   *
   * @param its what there is to give
   * @throws IOException if the socket cannot be put where a successor looks for it
   */
  void listen(ListeningSockets its) throws IOException {
    sockets = its;
    control.publish();
    Channel listening = Objects.requireNonNull(bound, "not bound");
    listening.eventLoop().execute(this::serve);
  }

  private void serve() {
    serves = true;
    if (stopping != null) {
      end(); // for the second time, which finds what has been published since
    }
  }

  /**
   * The process stops: there is nothing to be handed over any more.
   *
   * @param why who asked
   */
  void stop(String why) {
    group
        .next()
        .execute(
            () -> {
              if (stopping == null) {
                stopping = why;
                end();
              }
            });
  }

  private void end() {
    Succession one = current;
    if (one != null) {
      one.refuse("it is being stopped (" + stopping + ")");
    }
    Channel listening = bound;
    if (listening != null) {
      listening.close();
    }
    try {
      control.remove();
    } catch (IOException e) {
      events.warn("cannot remove %s: %s".formatted(control.path(), e));
    }
  }

  private void accepted(EpollDomainSocketChannel channel) {
    HandoverProtocol.addTo(channel.pipeline());
    try {
      PeerCredentials peer = channel.peerCredentials();
      if (peer.uid() != ControlSocket.ourUid()) {
        events.warn(
            "Process %s of user %s wanted to take over; it was refused"
                .formatted(peer.pid(), peer.uid()));
        channel.close();
        return;
      }
      String refusal =
          stopping != null
              ? "it is being stopped (" + stopping + ")"
              : !serves
                  ? "it does not serve yet"
                  : current != null ? "process " + current.pid + " is about to take over" : null;
      Succession successor = new Succession(channel, peer.pid(), refusal);
      channel.pipeline().addLast(successor);
      if (refusal == null) {
        current = successor;
      }
    } catch (IOException e) {
      channel.close();
    }
  }

  /** One successor, until it serves or is refused or ends. */
  private final class Succession extends SimpleChannelInboundHandler<String> {

    private final EpollDomainSocketChannel channel;
    private final int pid;
    private final @Nullable String refusal; // known before it has said a word
    private SuccessionState state = SuccessionState.GREETING;
    private List<OpenSocket> lent = List.of();
    private ScheduledFuture<?> late;

    Succession(EpollDomainSocketChannel channel, int pid, @Nullable String refusal) {
      this.channel = channel;
      this.pid = pid;
      this.refusal = refusal;
      this.late = within(PATIENCE);
    }

    private ScheduledFuture<?> within(Duration limit) {
      return channel
          .eventLoop()
          .schedule(
              () -> {
                if (state != SuccessionState.OVER) {
                  refuse("it has not started within " + limit.toMillis() + " ms");
                }
              },
              limit.toMillis(),
              TimeUnit.MILLISECONDS);
    }

    /** The successor closes the connection when it has read that; what it still says is read. */
    void refuse(String reason) {
      if (state != SuccessionState.OVER) {
        over();
        channel.writeAndFlush(HandoverProtocol.NO + reason + "\n");
        channel
            .eventLoop()
            .schedule((Runnable) channel::close, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        events.warn("Process %s does not take over: %s".formatted(pid, reason));
      }
    }

    private void over() {
      state = SuccessionState.OVER;
      late.cancel(false);
      if (current == this) {
        current = null;
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, String line) {
      if (state == SuccessionState.GREETING && line.startsWith(HandoverProtocol.HELLO)) {
        greeted(line.split(" "));
      } else if (state == SuccessionState.OFFERED && line.equals(HandoverProtocol.TAKE)) {
        give();
      } else if (state == SuccessionState.STARTING && line.startsWith(HandoverProtocol.READY)) {
        ready(line.split(" "));
      } else if (state != SuccessionState.OVER) {
        refuse("it said something that makes no sense here");
      }
    }

    private void greeted(String[] words) {
      if (refusal != null) {
        refuse(refusal);
        return;
      }
      if (words.length != 3 || !words[1].equals(HandoverProtocol.VERSION)) {
        refuse("it speaks another version of the protocol; stop this process, then start it");
        return;
      }
      late.cancel(false);
      late = within(Duration.ofMillis(Long.parseLong(words[2])).plus(PATIENCE));
      ListeningSockets its = sockets;
      lent = its == null ? List.of() : its.listening();
      StringBuilder text = new StringBuilder(HandoverProtocol.SOCKETS + lent.size() + "\n");
      for (OpenSocket one : lent) {
        text.append(one.isKeptBySupervisor() ? HandoverProtocol.KEPT : HandoverProtocol.OWN)
            .append(one.path() == null ? "" : " " + one.path())
            .append('\n');
      }
      state = lent.isEmpty() ? SuccessionState.STARTING : SuccessionState.OFFERED;
      channel.writeAndFlush(text.toString());
      events.info("Process %s starts and is to take over".formatted(pid));
    }

    private void give() {
      state = SuccessionState.STARTING;
      for (OpenSocket one : lent) {
        FileDescriptor descriptor = ((UnixChannel) one.channel()).fd();
        if (!one.isListening()) {
          refuse("a listening socket of this process has been closed");
          return;
        }
        one.lend();
        channel.write(new FileDescriptor(descriptor.intValue()));
      }
      channel.flush();
    }

    private void ready(String[] words) {
      over();
      List<ChannelFuture> closing = new ArrayList<>();
      List<OpenSocket> taken = new ArrayList<>();
      for (int i = 1; i < words.length; i++) {
        taken.add(lent.get(Integer.parseInt(words[i])));
      }
      lent.stream().filter(one -> !taken.contains(one)).forEach(OpenSocket::takeBack);
      taken.forEach(one -> closing.add(one.handOver()));
      lent = List.of();
      stopping = "handed over";
      AtomicInteger left = new AtomicInteger(1 + closing.size());
      Runnable closed =
          () -> {
            if (left.decrementAndGet() == 0) {
              channel.eventLoop().execute(this::closed);
            }
          };
      closing.forEach(one -> one.addListener(done -> closed.run()));
      closed.run();
    }

    private void closed() {
      events.handingOver(pid);
      channel.writeAndFlush(HandoverProtocol.YOURS + "\n").addListener(written -> channel.close());
      end();
      events.handedOver(pid);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      lent.forEach(OpenSocket::takeBack);
      if (state != SuccessionState.OVER) {
        over();
        events.warn("Process %s ended before it served; nothing has changed here".formatted(pid));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (state == SuccessionState.OVER || cause instanceof IOException) {
        channel.close(); // its end
      } else {
        refuse("it cannot be understood: " + cause);
      }
    }
  }
}
