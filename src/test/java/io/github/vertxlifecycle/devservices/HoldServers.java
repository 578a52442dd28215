package io.github.vertxlifecycle.devservices;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** A process of its own that runs both servers, until it is killed. */
public final class HoldServers {

  private HoldServers() {}

  /** Takes the two directories; prints where the servers are when they run. */
  public static void main(String[] directories) {
    Vertx vertx = Vertx.vertx();
    EmbeddedPostgresVerticle postgres = new EmbeddedPostgresVerticle();
    EmbeddedRedisVerticle redis = new EmbeddedRedisVerticle();
    Future.all(
            vertx.deployVerticle(postgres, options(directories[0])),
            vertx.deployVerticle(redis, options(directories[1])))
        .onSuccess(v -> System.out.println("UP " + postgres.uri() + " " + redis.uri()))
        .onFailure(problem -> System.out.println("FAILED " + problem));
  }

  static DeploymentOptions options(String directory) {
    return new DeploymentOptions().setConfig(new JsonObject().put("dataDir", directory));
  }
}
