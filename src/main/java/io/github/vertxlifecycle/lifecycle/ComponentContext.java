package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The component as one instance of a {@link LifecycleVerticle} knows it. Thread-safe. */
interface ComponentContext {

  /** The component's name. */
  String name();

  /** Whether this is the place of the verticle that Vert.x now deploys on that context. */
  default boolean runs(Context on) {
    return false;
  }

  /** Calls a step that the verticle fills in; a failed future if it throws or returns null. */
  default Future<?> step(String step, Callable<? extends @Nullable Future<?>> code) {
    return SafeCall.call(step, code);
  }

  /** Why it was asked to stop; null while it was not. */
  @Nullable StopReason reason();

  /** Looks up what another component provides. */
  <T> T use(String component, Class<T> type);

  /** Looks up what the one dependency provides that provides this very type. */
  <T> T use(Class<T> type);

  /**
   * Work came after the end; reports it and says who brought it and what that one can do about it.
   *
   * @return for the end of a message; empty if there is nothing to say
   */
  String lateUse();

  /** Counts work of a verticle that has drained itself; null if nobody waits for it any more. */
  @Nullable Work trailing(String what);

  /** Vert.x undeploys this component, and asks what is nested in it first. */
  void undeployed();

  /** Stops the whole application as failed; {@code who} cannot go on. */
  void fail(String who, Throwable cause);
}
