package io.github.vertxlifecycle.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxThread;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

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
   * Whether a thread is the one that runs what is on a context, or runs something of the context or
   * of another of the same deployment at this moment.
   *
   * @param context the context
   * @param thread any thread; a virtual one is not recognized
   * @return true if the context needs that thread
   */
  public static boolean needs(Context context, Thread thread) {
    if (context.isEventLoopContext()
        && ((ContextInternal) context).nettyEventLoop().inEventLoop(thread)) {
      return true;
    }
    Context running = runningOn(thread);
    String deployment = context.deploymentID();
    return running != null && deployment != null && deployment.equals(running.deploymentID());
  }

  /**
   * By reflection: Vert.x tells a thread its context, but nobody else. Null if it cannot be known.
   */
  private static @Nullable Context runningOn(Thread thread) {
    if (thread instanceof VertxThread) {
      try {
        Method method = VertxThread.class.getDeclaredMethod("context");
        method.setAccessible(true);
        return (Context) method.invoke(thread);
      } catch (ReflectiveOperationException | InaccessibleObjectException e) {
        return null;
      }
    }
    return null;
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
