package io.github.vertxlifecycle.vertx;

import io.vertx.core.Handler;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.impl.MessageConsumerImpl;

/** The messages that a consumer drops: those that come while it is unregistered. */
public final class DiscardedMessages {

  private DiscardedMessages() {}

  /**
   * Sets who gets them.
   *
   * @param consumer a consumer of Vert.x's own event bus; the messages of another one are not
   *     reported
   * @param handler gets each of them
   * @param <T> the type of the bodies
   */
  public static <T> void handle(MessageConsumer<T> consumer, Handler<Message<T>> handler) {
    if (consumer instanceof MessageConsumerImpl<T> vertxOwn) {
      vertxOwn.discardHandler(handler);
    }
  }
}
