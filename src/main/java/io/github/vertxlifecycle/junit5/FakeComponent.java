package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Provides what a test says, and does nothing but look at who calls it, and when. */
final class FakeComponent extends LifecycleVerticle {

  private final Map<Class<?>, Object> things;
  private final List<GuardedFake> guards = new ArrayList<>(); // written by the start alone

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
    GuardedFake.Guarded guarded = GuardedFake.before(type, thing, this::calledLate);
    if (guarded.guard() != null) {
      guards.add(guarded.guard());
    }
    provide(type, type.cast(guarded.fake()));
  }

  /** Reports it as the ready verticles report work that comes late; the call itself goes on. */
  private void calledLate(String call) {
    Throwable reported = refusal(call);
    assert reported != null;
  }

  @Override
  protected Future<?> onStop() {
    guards.forEach(GuardedFake::stopped);
    return Future.succeededFuture();
  }

  /** Has futures complete later from now on, by so many milliseconds; called on any thread. */
  void slow(int millis) {
    guards.forEach(guard -> guard.slow(vertx, millis));
  }

  /** What was called before its end, and not answered by then. */
  List<GuardedFake.OpenCall> left() {
    return guards.stream().flatMap(guard -> guard.left().stream()).toList();
  }
}
