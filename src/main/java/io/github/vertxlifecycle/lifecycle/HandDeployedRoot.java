package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.vertx.Deployments;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;

/** A root that was deployed beside the one that the launcher runs. */
record HandDeployedRoot(RootVerticle root, Vertx vertx, String deployment)
    implements HandDeployed.Member {

  @Override
  public LifecycleTimeline timeline() {
    return root.timeline();
  }

  /** Components of two roots may have the same name. */
  @Override
  public String named(String component) {
    String application = ClassName.of(root.getClass());
    return component.equals(application) ? application : application + "/" + component;
  }

  @Override
  public Future<?> stop(StopReason reason, Deadline end) {
    root.endBy(end);
    return root.stop(reason)
        .transform(v -> SafeCall.call("undeploy", () -> Deployments.undeploy(vertx, deployment)))
        .otherwiseEmpty();
  }

  @Override
  public Future<?> whenStopped() {
    return root.whenStopped();
  }

  @Override
  public void escalate(String by) {
    root.escalate(by);
  }

  @Override
  public Collection<String> giveUp(Collection<Thread> threads) {
    return root.giveUp(threads);
  }

  @Override
  public List<Thread> virtualThreads() {
    return root.virtualThreads();
  }
}
