package io.github.vertxlifecycle.junit5;

import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;

/** Apart from the rest, because {@code vertx-web-client} may not be there. */
final class WebClients {

  /** Known by name alone, as long as no test asks for one. */
  static final String TYPE = "io.vertx.ext.web.client.WebClient";

  private WebClients() {}

  static WebClient of(TestApplication application) {
    return WebClient.create(application.vertx(), application.complete(new WebClientOptions()));
  }
}
