package io.github.vertxlifecycle.sample;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedS3Verticle;
import io.github.vertxlifecycle.lifecycle.Component;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.postgres.PostgresVerticle;
import io.github.vertxlifecycle.redis.RedisVerticle;
import io.github.vertxlifecycle.s3.S3Verticle;

/** The components of the links service and what each needs. */
public final class LinksApp extends RootVerticle {

  private static final String EVENTS = "events";
  private static final String QR = "qr";
  private static final String EMBEDDED_POSTGRES = "embedded-postgres";
  private static final String EMBEDDED_REDIS = "embedded-redis";
  private static final String EMBEDDED_S3 = "embedded-s3";

  /** Made by the launcher, by name. */
  public LinksApp() {}

  @Override
  protected void components(Components app) {
    Component postgres = app.add("postgres", PostgresVerticle::new);
    Component redis = app.add("redis", RedisVerticle::new);
    app.add("hits", HitsVerticle::new).dependsOn("postgres", "redis");
    boolean events = app.config().containsKey(EVENTS);
    boolean qr = app.config().containsKey(QR);
    Component http =
        app.add("http", () -> new LinksHttpVerticle(events, qr))
            .dependsOn("hits", "postgres", "redis")
            .instances(2);
    if (events) {
      app.add(EVENTS, LinkEventsVerticle::new).dependsOn("postgres");
      http.dependsOn(EVENTS);
    }
    if (qr) {
      qrCodes(app);
      http.dependsOn(QR);
    }

    // for development: the servers as components of the same graph, where the configuration has
    // them
    if (app.config().containsKey(EMBEDDED_POSTGRES)) {
      app.add(EMBEDDED_POSTGRES, EmbeddedPostgresVerticle::new);
      postgres.dependsOn(EMBEDDED_POSTGRES);
    }
    if (app.config().containsKey(EMBEDDED_REDIS)) {
      app.add(EMBEDDED_REDIS, EmbeddedRedisVerticle::new);
      redis.dependsOn(EMBEDDED_REDIS);
    }
  }

  private static void qrCodes(Components app) {
    Component s3 = app.add("s3", S3Verticle::new);
    app.add(QR, QrVerticle::new).dependsOn("s3");
    if (app.config().containsKey(EMBEDDED_S3)) {
      app.add(EMBEDDED_S3, EmbeddedS3Verticle::new);
      s3.dependsOn(EMBEDDED_S3);
    }
  }
}
