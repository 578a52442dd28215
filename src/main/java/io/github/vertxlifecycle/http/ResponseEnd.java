package io.github.vertxlifecycle.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the promise with which Vert.x writes the last part of an answer: tells Vert.x and then
 * the gate when its last byte has been handed to the socket, or never will be.
 *
 * <p>A listener on Vert.x's own promise would do the same, but that makes another promise inside
 * it, and each handler that the answer passes takes a lock to see that it is not done: half of what
 * a gate costs.
 */
final class ResponseEnd extends DefaultChannelPromise {

  private final ChannelPromise answer;
  private final Runnable then;

  ResponseEnd(Channel channel, ChannelPromise answer, Runnable then) {
    super(channel);
    this.answer = answer;
    this.then = then;
  }

  @Override
  public boolean trySuccess(@Nullable Void nothing) {
    if (!super.trySuccess(null)) {
      return false;
    }
    answer.trySuccess();
    then.run();
    return true;
  }

  @Override
  public boolean tryFailure(Throwable cause) {
    if (!super.tryFailure(cause)) {
      return false;
    }
    answer.tryFailure(cause);
    then.run();
    return true;
  }

  @Override
  public ChannelPromise setSuccess(@Nullable Void nothing) {
    trySuccess(null);
    return this;
  }

  @Override
  public ChannelPromise setFailure(Throwable cause) {
    tryFailure(cause);
    return this;
  }

  /** Nobody cancels it: nobody but Netty sees it. */
  @Override
  public boolean setUncancellable() {
    return true;
  }
}
