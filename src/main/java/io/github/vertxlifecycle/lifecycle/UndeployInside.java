package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Deployments;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BooleanSupplier;

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
  private final BooleanSupplier over;
  private final Promise<Void> turn = Promise.promise();
  private boolean undeploying;
  private int inVain;

  private UndeployInside(
      Vertx vertx, String deployment, String name, Future<?> asked, BooleanSupplier over) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.name = name;
    this.asked = asked;
    this.over = over;
  }

  /**
   * Waits for the turn of a verticle.
   *
   * @param vertx the Vert.x
   * @param deployment the verticle's
   * @param name the component's, for the message of a failure
   * @param asked completes when Vert.x has asked the verticle to stop; fails if it will not
   * @param over whether nobody waits any more; the turn fails then
   * @return completes at once if Vert.x does not undeploy the verticle, otherwise when it has asked
   *     and all that is inside is gone; fails as {@code asked} does, or if Vert.x does not ask
   *     though all that is inside has been gone for five seconds
   */
  static Future<Void> turn(
      Vertx vertx, String deployment, String name, Future<?> asked, BooleanSupplier over) {
    UndeployInside inside = new UndeployInside(vertx, deployment, name, asked, over);
    inside.look();
    return inside.turn.future();
  }

  private void look() {
    undeploying = undeploying || Deployments.isUndeploying(vertx, deployment);
    if (over.getAsBoolean()) {
      turn.fail("nobody waits any more");
    } else if (asked.failed()) {
      turn.fail(asked.cause());
    } else if (!undeploying && !asked.isComplete()) {
      turn.complete();
    } else if (Deployments.areBelow(vertx, deployment)) {
      lookAgain();
    } else if (asked.isComplete()) {
      turn.complete();
    } else if (inVain++ == LOOKS) {
      turn.fail(
          "Vert.x began to undeploy \"%s\" and does not come to it: a verticle that it has deployed has failed to stop, which Vert.x tells whoever asked for the undeploy, or that one keeps its thread busy"
              .formatted(name));
    } else {
      lookAgain();
    }
  }

  private void lookAgain() {
    SystemClock.instance().after(LOOK, this::look);
  }
}
