package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.vertx.Contexts;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The call that has Vert.x deploy a component. It runs foreign code before any instance has a
 * context: the supplier of each instance but the first, and its {@code configure}. That is part of
 * a start, so it is waited for as a start is. It runs on a context that all components share: a
 * thread of it that never comes back takes the answers of all deployments with it. Thread-safe.
 */
final class DeployCall {

  /** What a report names it. */
  private static final String STEP = "its supplier";

  /** Stands for each one that has returned, and whose answer has come. */
  private static final DeployCall OVER = new DeployCall(null);

  private final @Nullable Context shared;
  private final Promise<Object> returned = Promise.promise();
  private final Promise<Void> answersLost = Promise.promise();
  private volatile @Nullable Thread caller;
  private volatile long since;
  private volatile boolean givenUp;

  DeployCall(@Nullable Context shared) {
    this.shared = shared;
  }

  /** What to keep of this once Vert.x has deployed the component. */
  DeployCall kept() {
    return returned.future().succeeded() ? OVER : this;
  }

  /** Makes the call, once. */
  Future<String> make(Callable<Future<String>> deploy) throws Exception {
    since = System.nanoTime();
    caller = Thread.currentThread();
    try {
      return deploy.call();
    } finally {
      returned.tryComplete();
    }
  }

  private boolean goesOn() {
    return caller != null && !returned.future().isComplete();
  }

  /** Completes when no such call goes on; fails if it never returns. */
  Future<?> ended() {
    return caller == null ? Future.succeededFuture() : returned.future();
  }

  /** It is awaited by the release only. */
  void giveUp() {
    givenUp = true;
  }

  /** The call as work in flight. */
  List<WorkInFlight> inFlight() {
    return goesOn() && !givenUp
        ? List.of(new WorkInFlight(STEP, null, System.nanoTime() - since))
        : List.of();
  }

  /** The step that a release waits for; null for none. */
  @Nullable String heldUpBy() {
    return goesOn() ? STEP : null;
  }

  /** An answer of Vert.x, which is lost if the thread is that it comes on. */
  Future<?> answer(Future<String> deploying) {
    return Future.any(deploying.otherwiseEmpty(), answersLost.future());
  }

  /**
   * Waits no longer for what needs one of these threads, which never come back.
   *
   * @return whether the call itself is on one
   */
  boolean giveUp(Collection<Thread> threads) {
    boolean mine = false;
    for (Thread thread : threads) {
      if (thread == caller && goesOn()) {
        returned.tryFail(new LostThreadException(thread));
      }
      mine |= thread == caller && returned.future().failed();
      if (shared != null && Contexts.needs(shared, thread)) {
        answersLost.tryComplete();
      }
    }
    return mine;
  }
}
