package io.github.vertxlifecycle.stores;

import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Uses a component that it has not declared, from its context, and takes its time to stop. */
public final class UndeclaredUser extends LifecycleVerticle {

  private final Promise<Context> started = Promise.promise();
  private final Promise<Void> mayStop = Promise.promise();

  @Override
  protected Future<?> onStart() {
    started.complete(context);
    return Future.succeededFuture();
  }

  @Override
  protected Future<?> onDrain() {
    return mayStop.future();
  }

  /** The context on which it runs, once it does. */
  public Context where() {
    return Await.success(started.future());
  }

  /** Lets the component stop. Idempotent. */
  public void mayStop() {
    mayStop.tryComplete();
  }
}
