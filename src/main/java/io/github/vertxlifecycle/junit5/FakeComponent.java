package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.Future;
import java.util.Map;

/** Provides what a test says, and does nothing. */
final class FakeComponent extends LifecycleVerticle {

  private final Map<Class<?>, Object> things;

  /**
   * Makes one.
   *
   * @param things by the types under which they are asked for, of which they are
   */
  FakeComponent(Map<Class<?>, Object> things) {
    this.things = Map.copyOf(things);
  }

  @Override
  protected Future<?> onStart() {
    things.forEach(this::offer);
    return Future.succeededFuture();
  }

  private <T> void offer(Class<T> type, Object thing) {
    provide(type, type.cast(thing));
  }
}
