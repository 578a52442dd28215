package io.github.vertxlifecycle.vertx;

import io.vertx.core.Handler;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.metrics.EventBusMetrics;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ConcurrentMap;

/** What becomes of a message that is published on this node alone. Thread-safe. */
public final class LocalPublish {

  private static final MethodHandle HANDLERS =
      Internals.getter(EventBusImpl.class, "handlerMap", ConcurrentMap.class);
  private static final MethodHandle INTERCEPTORS =
      Internals.getter(EventBusImpl.class, "outboundInterceptors", Handler[].class);
  private static final MethodHandle METRICS =
      Internals.getter(EventBusImpl.class, "metrics", EventBusMetrics.class);
  private static final MethodHandle VERTX =
      Internals.getter(EventBusImpl.class, "vertx", VertxInternal.class);
  private static final MethodHandle STARTED =
      Internals.getter(EventBusImpl.class, "started", boolean.class);

  private LocalPublish() {}

  /**
   * Whether nobody would know of a message: no handler, no interceptor, no metrics and no tracer.
   * For those who would have to make one for each of a thousand events.
   *
   * @param bus the event bus
   * @param address to which the message would be published
   * @return false as well if that cannot be known, of another event bus than Vert.x's own
   */
  public static boolean isUnheard(EventBus bus, String address) {
    if (!(bus instanceof EventBusImpl own)) {
      return false;
    }
    try {
      return (boolean) STARTED.invoke(own)
          && !((ConcurrentMap<?, ?>) HANDLERS.invoke(own)).containsKey(address)
          && ((Handler<?>[]) INTERCEPTORS.invoke(own)).length == 0
          && METRICS.invoke(own) == null
          && ((VertxInternal) VERTX.invoke(own)).tracer() == null;
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }
}
