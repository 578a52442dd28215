package io.github.vertxlifecycle.vertx;

import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.deployment.DeploymentContext;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The deployments around a verticle: who has deployed it, and who that one. */
public final class Deployments {

  private static final Class<?> TYPE =
      Internals.classOf(
          "io.vertx.core.impl.deployment.DefaultDeploymentManager$DeploymentContextImpl");
  private static final MethodHandle PARENT =
      Internals.getter(TYPE, "parent", DeploymentContext.class);

  private Deployments() {}

  /** Fails on a Vert.x that keeps its deployments in another way. */
  static void link() {}

  /**
   * The deployments that a context's own deployment belongs to.
   *
   * @param context the context of a verticle
   * @return their ids, from the one that has deployed it outwards; none for a top-level one
   */
  public static List<String> ancestors(Context context) {
    List<String> ids = new ArrayList<>();
    DeploymentContext own = ((ContextInternal) context).deployment();
    for (DeploymentContext one = parent(own); one != null; one = parent(one)) {
      ids.add(one.id());
    }
    return ids;
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
}
