package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Deployments;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Vert.x undeploys a verticle from the inside: it stops what the verticle has deployed, and asks
 * the verticle itself when all that has answered. If one of those stops fails, it tells whoever
 * undeploys, and never asks the verticle.
 *
 * <p>A component that has drained because Vert.x began such an undeploy is stopped when its turn
 * has come there, and all the same, as failed, when it does not come. Vert.x tells nobody else, so
 * its list of deployments is looked at.
 */
final class UndeployInside {

  private static final Duration LOOK = Duration.ofMillis(20);

  /** What Vert.x may need from the last answer to the call of the verticle's stop, at most. */
  private static final int LOOKS = 50;

  private final Vertx vertx;
  private final String deployment;
  private final String name;
  private final Future<?> asked;
  private final Promise<Void> turn = Promise.promise();
  private int inVain;

  private UndeployInside(Vertx vertx, String deployment, String name, Future<?> asked) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.name = name;
    this.asked = asked;
  }

  /**
   * Waits for the turn of a verticle.
   *
   * @param vertx the Vert.x
   * @param deployment the verticle's
   * @param name the component's, for the message of a failure
   * @param asked completes when Vert.x has asked the verticle to stop, or nobody waits any more
   * @return completes at once if Vert.x does not undeploy the verticle from the inside, otherwise
   *     when it has asked; fails if it does not ask though all that is inside is gone
   */
  static Future<Void> turn(Vertx vertx, String deployment, String name, Future<?> asked) {
    UndeployInside inside = new UndeployInside(vertx, deployment, name, asked);
    inside.look();
    return inside.turn.future();
  }

  private void look() {
    if (asked.isComplete() || !Deployments.isUndeploying(vertx, deployment)) {
      turn.complete();
    } else if (!Deployments.areBelow(vertx, deployment) && inVain++ == LOOKS) {
      turn.fail(
          "Vert.x began to undeploy \"%s\" and did not come to it: a verticle that it has deployed has failed to stop, which Vert.x tells whoever asked for the undeploy"
              .formatted(name));
    } else {
      SystemClock.instance().after(LOOK, this::look);
    }
  }
}
