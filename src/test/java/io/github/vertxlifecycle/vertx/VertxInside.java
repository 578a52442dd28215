package io.github.vertxlifecycle.vertx;

import io.netty.channel.EventLoop;
import io.vertx.core.Closeable;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.Set;

/** What only tests look at. */
public final class VertxInside {

  private VertxInside() {}

  /** Whether this JVM has virtual threads. */
  public static boolean hasVirtualThreads(Vertx vertx) {
    return ((VertxInternal) vertx).isVirtualThreadAvailable();
  }

  /** The instances of a deployment. */
  public static Set<Deployable> deployed(Vertx vertx, String deploymentId) {
    return ((VertxInternal) vertx)
        .deploymentManager()
        .deployment(deploymentId)
        .deployment()
        .instances();
  }

  /** The event loop of a context. */
  public static EventLoop eventLoop(Context context) {
    return ((ContextInternal) context).nettyEventLoop();
  }

  /** Has a context call a hook, and wait for it, when it closes. */
  public static void addCloseHook(Context context, Closeable hook) {
    ((ContextInternal) context).addCloseHook(hook);
  }
}
