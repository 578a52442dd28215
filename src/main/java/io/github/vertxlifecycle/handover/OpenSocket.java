package io.github.vertxlifecycle.handover;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/** A listening socket of this process, from before it is bound until it is closed. Thread-safe. */
public final class OpenSocket {

  private final Channel channel;
  private final @Nullable String path;
  private final InheritedSocket.@Nullable Keeper keeper;
  private volatile boolean predecessorGone;
  private volatile boolean lent;
  private volatile boolean handedOver;
  private volatile Runnable onHandover = () -> {};

  OpenSocket(Channel channel, @Nullable String path, InheritedSocket.@Nullable Keeper keeper) {
    this.channel = channel;
    this.path = path;
    this.keeper = keeper;
  }

  /**
   * The socket.
   *
   * @return the channel to be registered
   */
  public Channel channel() {
    return channel;
  }

  /**
   * Whether another process has this socket, too. Then whoever waits in its queue when it closes
   * here is served there, and nothing may be done to the socket itself, or to its file.
   *
   * @return whether that is so now
   */
  public boolean isShared() {
    return handedOver
        || lent
        || keeper == InheritedSocket.Keeper.SUPERVISOR
        || (keeper == InheritedSocket.Keeper.PREDECESSOR && !predecessorGone);
  }

  /**
   * Says what else is to be done when the socket has been handed over and is about to close here.
   *
   * @param task must not block; called once, on any thread
   */
  public void onHandover(Runnable task) {
    onHandover = task;
  }

  @Nullable String path() {
    return path;
  }

  boolean isKeptBySupervisor() {
    return keeper == InheritedSocket.Keeper.SUPERVISOR;
  }

  /** Whether there is something to hand over. */
  boolean isListening() {
    return channel.isActive() && !handedOver;
  }

  /** A successor has it, and may yet fail. */
  void lend() {
    lent = true;
  }

  void takeBack() {
    lent = false;
  }

  /** Accepts whoever connects, if that was left to another process so far. */
  void accept() {
    channel.config().setAutoRead(true);
  }

  void predecessorGone() {
    predecessorGone = true;
  }

  /** The successor serves it from now on. */
  ChannelFuture handOver() {
    handedOver = true;
    onHandover.run();
    return channel.close();
  }
}
