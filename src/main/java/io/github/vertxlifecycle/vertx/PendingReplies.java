package io.github.vertxlifecycle.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.HandlerHolder;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;

/**
 * The replies of the event bus that somebody awaits. Vert.x registers a handler for each one, on
 * the context that asked, and takes it away with the reply, its failure or its timeout.
 *
 * <p>Thread-safe.
 */
public final class PendingReplies {

  private static final Class<?> REPLY_HANDLER =
      Internals.classOf("io.vertx.core.eventbus.impl.ReplyHandler");

  private static final MethodHandle HANDLERS =
      Internals.getter(EventBusImpl.class, "handlerMap", ConcurrentMap.class)
          .asType(MethodType.methodType(ConcurrentMap.class, EventBusImpl.class));

  private static final MethodHandle RESULT =
      Internals.method(REPLY_HANDLER, "result", Future.class)
          .asType(MethodType.methodType(Future.class, Object.class));

  private static final MethodHandle REPLIED_ADDRESS =
      Internals.getter(REPLY_HANDLER, "repliedAddress", String.class)
          .asType(MethodType.methodType(String.class, Object.class));

  private PendingReplies() {}

  /** Loads this class, and with it what it needs of Vert.x. */
  static void link() {}

  /**
   * One reply that is awaited.
   *
   * @param address the address that was asked
   * @param reply completes with the reply, or fails without one
   */
  public record Reply(String address, Future<?> reply) {}

  /**
   * The replies awaited by code that runs on a context, a request's own one, say.
   *
   * @param context the context, compared by identity: not one with the same verticle
   * @return a fresh list, empty if the event bus is not Vert.x's own
   */
  public static List<Reply> on(Context context) {
    List<Reply> pending = new ArrayList<>();
    EventBus bus = ((VertxInternal) context.owner()).eventBus();
    if (bus instanceof EventBusImpl known) {
      for (Object registrations : handlers(known).values()) {
        for (Object registration : (Iterable<?>) registrations) {
          add((HandlerHolder<?>) registration, (ContextInternal) context, pending);
        }
      }
    }
    return pending;
  }

  private static void add(HandlerHolder<?> holder, ContextInternal context, List<Reply> pending) {
    Object handler = holder.getHandler();
    if (holder.getContext() == context && REPLY_HANDLER.isInstance(handler)) {
      try {
        pending.add(
            new Reply(
                (String) REPLIED_ADDRESS.invokeExact(handler),
                (Future<?>) (Future) RESULT.invokeExact(handler)));
      } catch (Throwable e) {
        throw Internals.unchecked(e);
      }
    }
  }

  private static ConcurrentMap<?, ?> handlers(EventBusImpl bus) {
    try {
      return (ConcurrentMap<?, ?>) (ConcurrentMap) HANDLERS.invokeExact(bus);
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }
}
