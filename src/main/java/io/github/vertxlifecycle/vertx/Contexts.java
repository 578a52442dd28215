package io.github.vertxlifecycle.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.impl.TaskQueue;
import io.vertx.core.impl.VertxThread;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.deployment.DeploymentContext;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
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
   * Whether a thread is the one that runs what is on a context, or runs something of the context's
   * deployment at this moment, or of a deployment below that.
   *
   * @param context the context
   * @param thread any thread
   * @return true if the deployment of the context cannot end without that thread
   */
  public static boolean needs(Context context, Thread thread) {
    String id = context.deploymentID();
    if (runsOn(context, thread) || (id != null && id.equals(deploymentOn(thread)))) {
      return true;
    }
    return Deployments.below(context).anyMatch(one -> needs(one, thread));
  }

  private static boolean needs(DeploymentContext deployment, Thread thread) {
    return deployment.id().equals(deploymentOn(thread))
        || deployment.deployment().contexts().stream().anyMatch(one -> runsOn(one, thread));
  }

  private static boolean runsOn(Context context, Thread thread) {
    List<Thread> virtual = new ArrayList<>();
    addVirtualThreads(context, virtual);
    return isEventLoopOf(context, thread) || virtual.contains(thread);
  }

  private static boolean isEventLoopOf(Context context, Thread thread) {
    return context.isEventLoopContext()
        && ((ContextInternal) context).nettyEventLoop().inEventLoop(thread);
  }

  /**
   * The virtual threads that run something of a context's deployment at this moment, or of a
   * deployment below that. No list of the JVM's threads has them.
   *
   * @param context the context
   * @return those that are known: not those of {@code executeBlocking} without an order, and none
   *     before Java 21
   */
  public static List<Thread> virtualThreads(Context context) {
    List<Thread> threads = new ArrayList<>();
    addVirtualThreads(context, threads);
    Deployments.below(context)
        .flatMap(below -> below.deployment().contexts().stream())
        .forEach(one -> addVirtualThreads(one, threads));
    return threads;
  }

  /** By reflection: the queues of a context know the threads that have their turn. */
  private static void addVirtualThreads(Context context, List<Thread> threads) {
    if (context.threadingModel() != ThreadingModel.VIRTUAL_THREAD) {
      return;
    }
    try {
      Object executor = ((ContextInternal) context).executor();
      Method queue = executor.getClass().getDeclaredMethod("taskQueue");
      queue.setAccessible(true);
      Field blocking = context.getClass().getDeclaredField("executeBlockingTasks");
      blocking.setAccessible(true);
      Field current = TaskQueue.class.getDeclaredField("currentThread");
      current.setAccessible(true);
      for (Object tasks : List.of(queue.invoke(executor), blocking.get(context))) {
        if (current.get(tasks) instanceof Thread thread) {
          threads.add(thread);
        }
      }
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      // they are not known, and their components are waited for
    }
  }

  /** By reflection: Vert.x tells a thread its context, and nobody else. Null if it is not known. */
  private static @Nullable String deploymentOn(Thread thread) {
    if (thread instanceof VertxThread) {
      try {
        Method method = VertxThread.class.getDeclaredMethod("context");
        method.setAccessible(true);
        Context running = (Context) method.invoke(thread);
        return running == null ? null : running.deploymentID();
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
