package io.github.vertxlifecycle.sample;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The links service. */
public final class LinksApp extends VerticleBase {
  /** Creates the verticle, not yet deployed. */
  public LinksApp() {}

  @Override
  public Future<?> start() {
    return Future.succeededFuture();
  }
}
