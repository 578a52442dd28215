package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Deployments;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Vert.x undeploys a verticle from the inside: it stops what the verticle has deployed, and asks
 * the verticle itself when all that has answered. If one of those stops fails, it tells whoever
 * undeploys, and never asks the verticle. And it forgets what somebody undeploys before that has
 * stopped, so that it may ask the verticle beside such a stop.
 *
 * <p>A component is stopped when Vert.x has asked it and nothing that it has deployed is left; and
 * all the same, as failed, if Vert.x has begun to undeploy it and does not ask it. Vert.x tells
 * nobody else, so its list of deployments is looked at.
 */
final class UndeployInside {

  private static final Duration LOOK = Duration.ofMillis(20);

  /** What Vert.x may need from the last answer to the call of the verticle's stop, at most. */
  private static final int LOOKS = 250;

  private final Vertx vertx;
  private final String deployment;
  private final String name;
  private final Future<?> asked;
  private final boolean ours;
  private final Promise<Void> turn = Promise.promise();
  private final AtomicBoolean lookingAgain = new AtomicBoolean();
  private volatile boolean undeploying;
  private int inVain; // of the timer's looks

  private UndeployInside(
      Vertx vertx, String deployment, String name, Future<?> asked, boolean ours) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.name = name;
    this.asked = asked;
    this.ours = ours;
    this.undeploying = ours; // though Vert.x may begin a moment later
  }

  /**
   * Waits for the turn of a verticle.
   *
   * @param vertx the Vert.x
   * @param deployment the verticle's
   * @param name the component's, for the message of a failure
   * @param asked completes when Vert.x has asked the verticle to stop; fails if it will not
   * @param ours whether the caller has told Vert.x to undeploy the verticle, and hears if it cannot
   * @return completes at once if Vert.x does not undeploy the verticle, otherwise when it has asked
   *     and all that is inside is gone; fails as {@code asked} does, or if Vert.x does not ask, for
   *     somebody else, though all that is inside has been gone for five seconds
   */
  static Future<Void> turn(
      Vertx vertx, String deployment, String name, Future<?> asked, boolean ours) {
    UndeployInside inside = new UndeployInside(vertx, deployment, name, asked, ours);
    inside.look();
    asked.onComplete(answer -> inside.look());
    return inside.turn.future();
  }

  private void look() {
    undeploying = undeploying || Deployments.isUndeploying(vertx, deployment);
    if (turn.future().isComplete()) {
      return;
    }
    if (asked.failed()) {
      turn.tryFail(asked.cause());
    } else if (ours && !asked.isComplete()) {
      return; // whoever has told Vert.x hears, one way or the other
    } else if (!undeploying && !asked.isComplete()) {
      turn.tryComplete();
    } else if (Deployments.areBelow(vertx, deployment)) {
      lookAgain();
    } else if (asked.isComplete()) {
      turn.tryComplete();
    } else if (!ours && inVain == LOOKS) {
      turn.tryFail(
          "Vert.x began to undeploy \"%s\" and does not come to it: a verticle that it has deployed has failed to stop, which Vert.x tells whoever asked for the undeploy, or that one keeps its thread busy"
              .formatted(name));
    } else {
      lookAgain();
    }
  }

  private void timer() {
    if (turn.future().isComplete()) {
      return;
    }
    lookingAgain.set(false);
    inVain = Deployments.areBelow(vertx, deployment) ? 0 : inVain + 1;
    look();
  }

  private void lookAgain() {
    if (lookingAgain.compareAndSet(false, true)) {
      SystemClock.instance().after(LOOK, this::timer);
    }
  }
}
