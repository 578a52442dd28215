package io.github.vertxlifecycle.vertx;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.deployment.DeploymentContext;
import io.vertx.core.internal.deployment.DeploymentManager;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The deployments of a Vert.x: who has deployed whom, and which are on their way out. */
public final class Deployments {

  private static final Class<?> TYPE =
      Internals.classOf(
          "io.vertx.core.impl.deployment.DefaultDeploymentManager$DeploymentContextImpl");
  private static final MethodHandle PARENT =
      Internals.getter(TYPE, "parent", DeploymentContext.class);
  private static final MethodHandle STATUS = Internals.getter(TYPE, "status", int.class);
  private static final Class<?> MANAGER =
      Internals.classOf("io.vertx.core.impl.deployment.DefaultDeploymentManager");
  private static final MethodHandle ALL = Internals.getter(MANAGER, "deployments", Map.class);
  private static final MethodHandle DEPLOYING = Internals.getter(MANAGER, "deploying", Map.class);
  private static final MethodHandle CHILDREN = Internals.getter(TYPE, "children", Set.class);
  private static final int DEPLOYED = 0;

  /** Of a deployment that asks its children to stop, and will be asked itself when they have. */
  private static final int UNDEPLOYING = 1;

  private Deployments() {}

  /** Fails on a Vert.x that keeps its deployments in another way. */
  static void link() {}

  /**
   * Has Vert.x undeploy a deployment. Vert.x goes on with that on the caller's context, and for a
   * thread without one on an event loop that it gives to that thread: which may be one that never
   * comes back. So that the others have their stop, such a thread's call is made here on the first
   * event loop that has time for it.
   *
   * @param vertx the Vert.x
   * @param id the deployment's
   * @return as Vert.x answers; never if no event loop has time any more
   * @throws RejectedExecutionException if every event loop has ended: Vert.x has closed
   */
  public static Future<Void> undeploy(Vertx vertx, String id) {
    if (Vertx.currentContext() != null) {
      return vertx.undeploy(id);
    }
    Promise<Void> undeployed = Promise.promise();
    AtomicBoolean begun = new AtomicBoolean();
    Runnable once =
        () -> {
          if (begun.compareAndSet(false, true)) {
            vertx.undeploy(id).onComplete(undeployed);
          }
        };
    List<RejectedExecutionException> ended = new ArrayList<>();
    int loops = 0;
    for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      loops++;
      try {
        loop.execute(once);
      } catch (RejectedExecutionException e) {
        ended.add(e); // the others go on
      }
    }
    if (ended.size() == loops) {
      throw ended.get(0);
    }
    return undeployed.future();
  }

  /**
   * What stands for a Vert.x, however it is wrapped.
   *
   * @param vertx the Vert.x
   * @return the same for that Vert.x and for all that wrap it, and for no other
   */
  public static Object place(Vertx vertx) {
    return manager(vertx);
  }

  /**
   * The deployments that a context's own deployment belongs to.
   *
   * @param context the context of a verticle
   * @return their ids, from the one that has deployed it outwards; none for a top-level one
   */
  public static List<String> ancestors(Context context) {
    List<String> ids = new ArrayList<>();
    for (DeploymentContext one : around(context)) {
      ids.add(one.id());
    }
    return ids;
  }

  /**
   * Those of a context's {@link #ancestors} which Vert.x undeploys with all that they have
   * deployed.
   *
   * @param context the context of a verticle that Vert.x has asked to stop, on that context
   * @return their ids, from the inside outwards; none if it was asked alone
   */
  public static List<String> ancestorsUndeploying(Context context) {
    return around(context).stream()
        .filter(one -> status(one) == UNDEPLOYING)
        .map(DeploymentContext::id)
        .toList();
  }

  /**
   * Whether Vert.x has begun to undeploy a deployment with all that it has deployed.
   *
   * @param vertx the Vert.x
   * @param id of a deployment
   * @return false as well if there is none with this id, or none any more, or it has not started
   */
  public static boolean isUndeploying(Vertx vertx, String id) {
    DeploymentContext one = all(vertx).get(id);
    return one != null && status(one) != DEPLOYED;
  }

  /**
   * Whether Vert.x knows a deployment that has another one among its ancestors.
   *
   * @param vertx the Vert.x
   * @param id of the ancestor
   * @return false once all that it has deployed have stopped, or failed to
   */
  public static boolean areBelow(Vertx vertx, String id) {
    return below(vertx, id).findAny().isPresent();
  }

  /** Those that have a context's own deployment among their ancestors. */
  static Stream<DeploymentContext> below(Context context) {
    String id = context.deploymentID();
    return id == null ? Stream.empty() : below(context.owner(), id);
  }

  private static Stream<DeploymentContext> below(Vertx vertx, String id) {
    Map<String, DeploymentContext> all = all(vertx);
    return nothingIsBelow(vertx, all.get(id))
        ? Stream.empty()
        : all.values().stream().filter(one -> isBelow(one, id));
  }

  /**
   * Whether a look at all deployments can be saved, which each of a thousand components would take
   * in its stop. What Vert.x knows has become a child of its parent, unless Vert.x has not come to
   * that yet, or never will because the parent was undeployed first.
   */
  private static boolean nothingIsBelow(Vertx vertx, @Nullable DeploymentContext one) {
    DeploymentManager manager = manager(vertx);
    if (!MANAGER.isInstance(manager) || !TYPE.isInstance(one)) {
      return false;
    }
    try {
      Map<?, ?> deploying = (Map<?, ?>) DEPLOYING.invoke(manager);
      synchronized (deploying) { // as Vert.x does
        if (!deploying.isEmpty()) {
          return false;
        }
      }
      return UsedSets.isAsNew((Set<?>) CHILDREN.invoke(one)); // second: those deployed are in it
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }

  @SuppressWarnings("unchecked") // the field is declared so
  private static Map<String, DeploymentContext> all(Vertx vertx) {
    DeploymentManager manager = manager(vertx);
    if (!MANAGER.isInstance(manager)) {
      return manager.deployments().stream()
          .collect(Collectors.toMap(DeploymentContext::id, Function.identity()));
    }
    try {
      return (Map<String, DeploymentContext>) ALL.invoke(manager);
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }

  private static DeploymentManager manager(Vertx vertx) {
    return ((VertxInternal) vertx).deploymentManager();
  }

  private static boolean isBelow(DeploymentContext deployment, @Nullable String id) {
    for (DeploymentContext one = parent(deployment); one != null; one = parent(one)) {
      if (one.id().equals(id)) {
        return true;
      }
    }
    return false;
  }

  private static List<DeploymentContext> around(Context context) {
    List<DeploymentContext> all = new ArrayList<>();
    DeploymentContext own = ((ContextInternal) context).deployment();
    for (DeploymentContext one = parent(own); one != null; one = parent(one)) {
      all.add(one);
    }
    return all;
  }

  private static int status(DeploymentContext of) {
    try {
      return TYPE.isInstance(of) ? (int) STATUS.invoke(of) : DEPLOYED;
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }

  private static @Nullable DeploymentContext parent(@Nullable DeploymentContext of) {
    if (!TYPE.isInstance(of)) {
      return null;
    }
    try {
      return (DeploymentContext) PARENT.invoke(of);
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }

  /**
   * Forgets the deployments whose undeploy was asked for and has not ended. A close of Vert.x would
   * ask again and wait for none of them, and log each as an error that says only that it was asked.
   *
   * @param vertx the Vert.x, which will be closed
   */
  public static void forgetUndeploying(Vertx vertx) {
    DeploymentManager manager = ((VertxInternal) vertx).deploymentManager();
    if (MANAGER.isInstance(manager)) {
      try {
        ((Map<?, ?>) ALL.invoke(manager))
            .values()
            .removeIf(one -> one instanceof DeploymentContext top && leaves(top));
      } catch (Throwable e) {
        throw Internals.unchecked(e);
      }
    }
  }

  private static boolean leaves(DeploymentContext top) {
    synchronized (top) { // as Vert.x does to change it
      return !top.isChild() && status(top) != DEPLOYED;
    }
  }
}
