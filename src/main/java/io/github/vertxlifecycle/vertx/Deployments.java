package io.github.vertxlifecycle.vertx;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.deployment.DeploymentContext;
import io.vertx.core.internal.deployment.DeploymentManager;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
  private static final int DEPLOYED = 0;

  /** Of a deployment that asks its children to stop, and will be asked itself when they have. */
  private static final int UNDEPLOYING = 1;

  private Deployments() {}

  /** Fails on a Vert.x that keeps its deployments in another way. */
  static void link() {}

  /**
   * What stands for a Vert.x, however it is wrapped.
   *
   * @param vertx the Vert.x
   * @return the same for that Vert.x and for all that wrap it, and for no other
   */
  public static Object place(Vertx vertx) {
    return ((VertxInternal) vertx).deploymentManager();
  }

  /**
   * The deployments that a context's own deployment belongs to.
   *
   * @param context the context of a verticle
   * @return their ids, from the one that has deployed it outwards; none for a top-level one
   */
  public static List<String> ancestors(Context context) {
    return around(context).stream().map(DeploymentContext::id).toList();
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
    return all(vertx).stream().anyMatch(one -> one.id().equals(id) && status(one) != DEPLOYED);
  }

  /**
   * Whether Vert.x knows a deployment that has another one among its ancestors.
   *
   * @param vertx the Vert.x
   * @param id of the ancestor
   * @return false once all that it has deployed have stopped, or failed to
   */
  public static boolean areBelow(Vertx vertx, String id) {
    return all(vertx).stream().anyMatch(one -> isBelow(one, id));
  }

  /** Those that have a context's own deployment among their ancestors. */
  static Stream<DeploymentContext> below(Context context) {
    String id = context.deploymentID();
    return all(context.owner()).stream().filter(one -> isBelow(one, id));
  }

  private static Collection<DeploymentContext> all(Vertx vertx) {
    return ((VertxInternal) vertx).deploymentManager().deployments();
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
