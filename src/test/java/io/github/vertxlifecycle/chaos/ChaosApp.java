package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.postgres.PostgresVerticle;
import io.github.vertxlifecycle.redis.RedisVerticle;
import io.github.vertxlifecycle.sample.HitsVerticle;
import io.github.vertxlifecycle.sample.LinksHttpVerticle;

/**
 * The links service with one more component, whose handlers misbehave, and on request with another
 * one, whose steps are late.
 */
public final class ChaosApp extends RootVerticle {

  /** Made by the launcher, by name. */
  @SuppressWarnings("this-escape") // called when it runs
  public ChaosApp() {
    listen(new ServerSums(this::view));
  }

  @Override
  protected void components(Components app) {
    app.add("postgres", PostgresVerticle::new);
    app.add("redis", RedisVerticle::new);
    app.add("hits", HitsVerticle::new).dependsOn("postgres", "redis");
    app.add("http", LinksHttpVerticle::new).dependsOn("hits", "postgres", "redis").instances(2);
    app.add("faults", FaultyHttpVerticle::new).dependsOn("postgres");
    if (app.config().containsKey("steps")) {
      app.add("steps", FaultyStepsVerticle::new).dependsOn("postgres");
    }
  }
}
