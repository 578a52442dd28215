package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.lifecycle.Section;
import io.vertx.ext.web.Router;

/** Stands in for a server when a stop is rehearsed: on any free port, for this machine only. */
final class Understudy extends HttpVerticle {

  @Override
  protected void configure(Section section) {
    use(
        new HttpOptions(
            new Address("127.0.0.1", 0, null),
            HttpOptions.DEFAULT.linger(),
            HttpOptions.DEFAULT.limits(),
            null));
  }

  @Override
  protected void routes(Router router) {}

  @Override
  void listening(Endpoint endpoint) {}
}
