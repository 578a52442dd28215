package io.github.vertxlifecycle.launcher;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** A verticle that knows nothing of the toolkit. */
public final class PlainVerticle extends VerticleBase {

  /** For the launcher. */
  public PlainVerticle() {}

  @Override
  public Future<?> start() {
    System.out.println("plain on " + config().getInteger("port"));
    return Future.succeededFuture();
  }
}
