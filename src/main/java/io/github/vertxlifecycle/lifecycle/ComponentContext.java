package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.StopReason;
import org.jspecify.annotations.Nullable;

/** The component as one instance of a {@link LifecycleVerticle} knows it. Thread-safe. */
interface ComponentContext {

  /** The component's name. */
  String name();

  /** Why it was asked to stop; null while it was not. */
  @Nullable StopReason reason();

  /** Looks up what another component provides. */
  <T> T use(String component, Class<T> type);

  /** Looks up what the one dependency provides that provides this very type. */
  <T> T use(Class<T> type);

  /** Work came after the end; reports it and says who brought it. */
  String lateUser();
}
