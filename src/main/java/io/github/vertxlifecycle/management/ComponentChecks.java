package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.lifecycle.HealthCheck;
import io.github.vertxlifecycle.lifecycle.LifecycleView;
import io.github.vertxlifecycle.lifecycle.Snapshot;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import org.jspecify.annotations.Nullable;

/**
 * Asks the components' health checks, all at once, each with a deadline. An answer is good for a
 * while, and whoever asks while the checks run shares their answer: probes, however many, never
 * become load. Event loop only.
 */
final class ComponentChecks {

  private final Context loop;
  private final LifecycleView view;
  private final ManagementOptions options;

  private @Nullable Future<CheckResult> last;
  private long lastAnswered;

  ComponentChecks(Context loop, LifecycleView view, ManagementOptions options) {
    this.loop = loop;
    this.view = view;
    this.options = options;
  }

  Future<CheckResult> ask() {
    Future<CheckResult> known = last;
    if (known != null
        && (!known.isComplete()
            || System.nanoTime() - lastAnswered < options.checkEvery().toNanos())) {
      return known;
    }
    Future<CheckResult> asked = checks().checkStatus();
    last = asked;
    return asked.onComplete(answer -> lastAnswered = System.nanoTime());
  }

  private HealthChecks checks() {
    HealthChecks checks = HealthChecks.create(loop.owner());
    for (Snapshot.ComponentSnapshot one : view.now().components()) {
      checks.register(one.name() + "/state", promise -> promise.complete(state(one.state())));
    }
    for (HealthCheck one : view.checks()) {
      String which = one.instance() == 0 ? "" : " #" + (one.instance() + 1);
      checks.register(
          one.component() + "/" + one.name().replace('/', '_') + which,
          options.checkTimeout().toMillis(),
          promise -> ask(one, promise));
    }
    return checks;
  }

  private static Status state(ComponentState state) {
    JsonObject data = new JsonObject().put("state", state.name());
    return state == ComponentState.RUNNING ? Status.OK(data) : Status.KO(data);
  }

  /** The answer comes on the component's thread; the checks belong to ours. */
  private void ask(HealthCheck check, Promise<Status> promise) {
    check
        .ask()
        .get()
        .onComplete(answer -> loop.runOnContext(v -> promise.tryComplete(status(answer))));
  }

  private static Status status(AsyncResult<?> answer) {
    return answer.succeeded()
        ? Status.OK()
        : Status.KO(new JsonObject().put("cause", Redacted.message(answer.cause())));
  }
}
