package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.LifecyclePhase;
import io.github.vertxlifecycle.lifecycle.LifecycleView;
import io.github.vertxlifecycle.lifecycle.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * The three questions of Kubernetes.
 *
 * <p>Alive: yes as long as there is somebody to say so; a stop that hangs is ended by its own
 * watchdog, not by a restart. Started: yes once everything ran. Ready: yes while everything runs,
 * no stop has been announced and every health check says yes.
 */
final class Probes {

  private final LifecycleView view;
  private final ComponentChecks checks;

  Probes(LifecycleView view, ComponentChecks checks) {
    this.view = view;
    this.checks = checks;
  }

  /** An answer and its reasons. */
  record ProbeAnswer(boolean isYes, JsonObject json) {}

  ProbeAnswer live() {
    return states(true);
  }

  ProbeAnswer startup() {
    return states(view.now().started() != null);
  }

  Future<ProbeAnswer> ready() {
    if (view.phase() != LifecyclePhase.RUNNING) {
      return Future.succeededFuture(states(false));
    }
    return checks
        .ask()
        .map(
            result -> {
              boolean stillRuns = view.phase() == LifecyclePhase.RUNNING;
              return stillRuns
                  ? new ProbeAnswer(result.getUp(), withPhase(result.toJson()))
                  : states(false);
            });
  }

  /** Says yes or no with the state of each component, without asking anybody. */
  private ProbeAnswer states(boolean yes) {
    JsonArray components = new JsonArray();
    for (Snapshot.ComponentSnapshot one : view.now().components()) {
      components.add(
          new JsonObject()
              .put("id", one.name())
              .put("status", one.state() == ComponentState.RUNNING ? "UP" : "DOWN")
              .put("data", new JsonObject().put("state", one.state().name())));
    }
    String status = yes ? "UP" : "DOWN";
    return new ProbeAnswer(
        yes,
        withPhase(
            new JsonObject()
                .put("status", status)
                .put("checks", components)
                .put("outcome", status)));
  }

  private JsonObject withPhase(JsonObject json) {
    return json.put("phase", view.phase().name());
  }
}
