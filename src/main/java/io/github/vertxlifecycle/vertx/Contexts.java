package io.github.vertxlifecycle.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/** The abilities of a Vert.x context beyond its public interface. */
public final class Contexts {

  private Contexts() {}

  /**
   * Makes a context that belongs to no deployment, whoever calls.
   *
   * @param vertx the Vert.x
   * @return a context on an event loop
   */
  public static Context newEventLoopContext(Vertx vertx) {
    return ((VertxInternal) vertx).createEventLoopContext();
  }

  /**
   * Makes a promise whose listeners run on a context.
   *
   * @param context the context
   * @param <T> what it is completed with
   * @return the promise, to be completed from any thread
   */
  public static <T> Promise<T> promise(Context context) {
    return ((ContextInternal) context).promise();
  }

  /**
   * Runs the close hooks of a context: closes the servers, clients, timers and consumers that were
   * made on it.
   *
   * @param context the context
   * @return completes when they are closed
   */
  public static Future<Void> close(Context context) {
    return ((ContextInternal) context).close();
  }
}
