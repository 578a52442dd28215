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
    Component hits = app.add("hits", HitsVerticle::new).dependsOn(postgres, redis);
    boolean events = app.config().containsKey(EVENTS);
    boolean qr = app.config().containsKey(QR);
    Component http =
        app.add("http", () -> new LinksHttpVerticle(events, qr))
            .dependsOn(hits, postgres, redis)
            .instances(2);
    if (events) {
      http.dependsOn(app.add(EVENTS, LinkEventsVerticle::new).dependsOn(postgres));
    }
    if (qr) {
      http.dependsOn(qrCodes(app));
    }

    // for development: the servers as components of the same graph, where the configuration has
    // them
    if (app.config().containsKey(EMBEDDED_POSTGRES)) {
      postgres.dependsOn(app.add(EMBEDDED_POSTGRES, EmbeddedPostgresVerticle::new));
    }
    if (app.config().containsKey(EMBEDDED_REDIS)) {
      redis.dependsOn(app.add(EMBEDDED_REDIS, EmbeddedRedisVerticle::new));
    }
  }

  private static Component qrCodes(Components app) {
    Component s3 = app.add("s3", S3Verticle::new);
    if (app.config().containsKey(EMBEDDED_S3)) {
      s3.dependsOn(app.add(EMBEDDED_S3, EmbeddedS3Verticle::new));
    }
    return app.add(QR, QrVerticle::new).dependsOn(s3);
  }
}
