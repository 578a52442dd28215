package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;

/** What a test needs beside the component: its section, and a look at the server. */
final class Storage {

  private Storage() {}

  static JsonObject section(URI endpoint) {
    return new JsonObject()
        .put("endpoint", endpoint.toString())
        .put("bucket", TestServer.BUCKET)
        .put("accessKey", TestServer.ACCESS_KEY)
        .put("secretKey", TestServer.SECRET_KEY);
  }
}
