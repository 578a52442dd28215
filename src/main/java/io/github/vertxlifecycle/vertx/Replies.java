package io.github.vertxlifecycle.vertx;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.MessageImpl;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Replies that tell when they are written, which {@code Message.reply} does not. Does what that
 * method does, step by step, and keeps the future which Vert.x throws away.
 *
 * <p>Vert.x also loses exceptions. It encodes a body for another node when there is a connection to
 * that node, and drops whatever waits behind a body that cannot be encoded. And it swallows what is
 * thrown under an interceptor of the event bus. So a body is encoded or copied here before, for the
 * sake of the exception alone, where Vert.x would lose it.
 *
 * <p>Thread-safe.
 */
public final class Replies {

  private static final MethodHandle CREATE_REPLY =
      Internals.method(
          MessageImpl.class, "createReply", MessageImpl.class, Object.class, DeliveryOptions.class);

  private static final MethodHandle BUS =
      Internals.getter(MessageImpl.class, "bus", EventBusImpl.class);

  private static final MethodHandle INTERCEPTORS =
      Internals.method(EventBusImpl.class, "outboundInterceptors", Handler[].class);

  private static final MethodHandle SEND = send();

  private Replies() {}

  /** Public on 5.0; the last argument is who awaits an answer to the reply, which is nobody. */
  private static MethodHandle send() {
    Class<?> replyHandler = Internals.classOf("io.vertx.core.eventbus.impl.ReplyHandler");
    return Internals.method(
            EventBusImpl.class,
            "sendOrPubInternal",
            Future.class,
            MessageImpl.class,
            DeliveryOptions.class,
            replyHandler)
        .asType(
            MethodType.methodType(
                Future.class,
                EventBusImpl.class,
                MessageImpl.class,
                DeliveryOptions.class,
                Object.class));
  }

  /** Loads this class, and with it what it needs of Vert.x. */
  static void link() {}

  /**
   * Replies to a message, on the thread that calls.
   *
   * @param message the message as a consumer got it
   * @param body the reply
   * @param options how it is sent
   * @return completes when the reply is handed to a handler of this node, or written to the socket
   *     of another node; fails if there is no handler or no connection
   * @throws RuntimeException if the body has no codec, or cannot be copied or encoded
   */
  public static Future<Void> write(
      Message<?> message, @Nullable Object body, DeliveryOptions options) {
    if (!(message instanceof MessageImpl<?, ?> received)) {
      message.reply(body, options); // another event bus; nobody can tell
      return Future.succeededFuture();
    }
    if (received.replyAddress() == null) {
      return Future.succeededFuture();
    }
    try {
      MessageImpl<?, ?> reply = reply(received, body, options);
      EventBusImpl bus = (EventBusImpl) BUS.invokeExact((MessageImpl) received);
      check(reply, body, received, bus);
      return written(bus, reply, options);
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }

  /**
   * Throws what Vert.x would lose if that body were the reply to a message.
   *
   * @param message the message as a consumer got it
   * @param body the reply
   * @param options how it will be sent
   * @throws RuntimeException if the body has no codec, or cannot be copied or encoded
   */
  public static void check(Message<?> message, @Nullable Object body, DeliveryOptions options) {
    if (message instanceof MessageImpl<?, ?> received && received.replyAddress() != null) {
      try {
        EventBusImpl bus = (EventBusImpl) BUS.invokeExact((MessageImpl) received);
        check(reply(received, body, options), body, received, bus);
      } catch (Throwable e) {
        throw Internals.unchecked(e);
      }
    }
  }

  private static MessageImpl<?, ?> reply(
      MessageImpl<?, ?> received, @Nullable Object body, DeliveryOptions options) throws Throwable {
    return (MessageImpl) CREATE_REPLY.invokeExact((MessageImpl) received, body, options);
  }

  @SuppressWarnings("unchecked") // that of a write
  private static Future<Void> written(
      EventBusImpl bus, MessageImpl<?, ?> reply, DeliveryOptions options) throws Throwable {
    return (Future<Void>)
        (Future) SEND.invokeExact(bus, (MessageImpl) reply, options, (Object) null);
  }

  @SuppressWarnings("unchecked") // the codec was looked up for this body
  private static void check(
      MessageImpl<?, ?> reply, @Nullable Object body, Message<?> received, EventBusImpl bus)
      throws Throwable {
    if (body instanceof CharSequence
        || body instanceof Number
        || body instanceof Buffer
        || body instanceof ReplyException
        || body == null) {
      return; // these always can be
    }
    MessageCodec<Object, ?> codec = (MessageCodec<Object, ?>) reply.codec();
    if (Clusters.isFromAnotherNode(received)) {
      codec.encodeToWire(Buffer.buffer(), body);
    } else if (((Handler[]) INTERCEPTORS.invokeExact(bus)).length > 0) {
      codec.transform(body);
    }
  }
}
