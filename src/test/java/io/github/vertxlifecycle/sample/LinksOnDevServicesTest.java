package io.github.vertxlifecycle.sample;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static io.github.vertxlifecycle.junit5.StopResultAssert.before;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.junit5.LifecycleExtension;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxTestContext;
import io.vertx.sqlclient.Pool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The links service on servers of its own, as a test of an application has it. */
@Tag("integration")
final class LinksOnDevServicesTest {

  @RegisterExtension
  final LifecycleExtension app =
      LifecycleExtension.of(LinksApp::new)
          .configFile("conf/app.conf")
          .config("http.host = 127.0.0.1")
          .devServices("postgres", "redis");

  @Test
  void aLinkThatWasAnsweredIsInTheDatabase(WebClient client, VertxTestContext context) {
    Pool pool = app.use("postgres", Pool.class);
    client
        .post("/links")
        .sendJsonObject(new JsonObject().put("url", "https://example.org/"))
        .compose(
            answer -> {
              context.verify(() -> assertThat(answer.statusCode()).isEqualTo(201));
              return pool.query("SELECT count(*) FROM links").execute();
            })
        .onComplete(
            context.succeeding(
                rows -> {
                  context.verify(() -> assertThat(rows.iterator().next().getLong(0)).isEqualTo(1));
                  context.completeNow();
                }));
  }

  @Test
  void stopsInOrder() {
    assertThat(app.stop())
        .isClean()
        .cutNothing()
        .usedNothingLate()
        .stopped("http", before("hits", "postgres", "redis"))
        .stopped("hits", before("postgres", "redis"))
        .stopped("postgres", before("embedded-postgres"))
        .stopped("redis", before("embedded-redis"));
  }
}
