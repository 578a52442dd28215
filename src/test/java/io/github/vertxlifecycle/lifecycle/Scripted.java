package io.github.vertxlifecycle.lifecycle;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** A verticle that says what it does, until a test replaces one of its steps. */
final class Scripted extends RecordedApp.Speaking {

  Supplier<Future<?>> start = super::onStart;
  Supplier<Future<?>> drain = super::onDrain;
  Supplier<Future<?>> stop = super::onStop;

  Scripted(RecordedApp.Calls calls) {
    super(calls);
  }

  @Override
  protected Future<?> onStart() {
    return start.get();
  }

  @Override
  protected Future<?> onDrain() {
    return drain.get();
  }

  @Override
  protected Future<?> onStop() {
    return stop.get();
  }

  <T> Future<T> tracks(String what, Future<T> future) {
    return track(what, future);
  }

  <T> Future<T> counts(String what, Supplier<Future<T>> begin) {
    return admission().count(what, begin);
  }

  <T> T uses(String component, Class<T> type) {
    return use(component, type);
  }

  <T> void provides(Class<T> type, T value) {
    provide(type, value);
  }

  Context where() {
    return context;
  }

  /** A step that breaks its contract. */
  @SuppressWarnings("NullAway")
  static Future<?> returnsNull() {
    return null;
  }
}
