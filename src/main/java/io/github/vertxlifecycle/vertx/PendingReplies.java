package io.github.vertxlifecycle.vertx;

import static java.util.stream.Collectors.joining;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.HandlerHolder;
import io.vertx.core.internal.VertxInternal;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

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
    forEach(context.owner(), holder -> add(holder, context, pending));
    return pending;
  }

  /**
   * The replies that are awaited, by the contexts of those who asked.
   *
   * @param vertx where
   * @return a fresh map, empty if the event bus is not Vert.x's own
   */
  public static Map<Context, List<Reply>> byContext(Vertx vertx) {
    Map<Context, List<Reply>> all = new HashMap<>();
    forEach(
        vertx,
        holder ->
            add(
                holder,
                holder.getContext(),
                all.computeIfAbsent(holder.getContext(), context -> new ArrayList<>())));
    return all;
  }

  /**
   * The addresses that were asked.
   *
   * @param pending replies
   * @return their addresses, each once, with commas
   */
  public static String addresses(List<Reply> pending) {
    return pending.stream().map(Reply::address).distinct().sorted().collect(joining(", "));
  }

  private static void forEach(Vertx vertx, Consumer<HandlerHolder<?>> action) {
    EventBus bus = ((VertxInternal) vertx).eventBus();
    if (bus instanceof EventBusImpl known) {
      for (Object registrations : handlers(known).values()) {
        for (Object registration : (Iterable<?>) registrations) {
          action.accept((HandlerHolder<?>) registration);
        }
      }
    }
  }

  private static void add(HandlerHolder<?> holder, Context context, List<Reply> pending) {
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
