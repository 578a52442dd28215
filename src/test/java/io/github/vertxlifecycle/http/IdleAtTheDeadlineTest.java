package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A deadline comes before the linger time has passed, and nobody has a request in flight. */
@Tag("integration")
final class IdleAtTheDeadlineTest extends ServerTest {

  @Override
  void more(Server server, Router router) {
    router
        .get("/begun")
        .handler(
            context -> {
              Promise<Void> release = Promise.promise();
              context.response().setChunked(true).write("begun");
              release.future().onComplete(v -> context.response().end());
              held.add(release);
            });
  }

  private static JsonObject drainTimeout() {
    return http("linger", "1m", "drainTimeout", "300ms");
  }

  private static JsonObject budget(Object... keysAndValues) {
    JsonObject lifecycle = new JsonObject().put("stopTimeout", "3s");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      lifecycle.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    JsonObject config = http("linger", "1m", "releaseTimeout", "2s");
    return config.put("lifecycle", lifecycle);
  }

  private void expectClean() {
    assertThat(stopped().outcome()).hasToString("CLEAN");
    assertThat(stopped().cut()).isEmpty();
  }

  private void isCleanWithAnIdleConnection(JsonObject config) throws Exception {
    App app = start(config);
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.request("/hello");
      await(app.stop(STOP));
      assertThat(client.isAtEnd()).isTrue();
    }
    expectClean();
  }

  @Test
  void theDrainTimeoutEndsTheGraceOfAnIdleConnection() throws Exception {
    isCleanWithAnIdleConnection(drainTimeout());
  }

  @Test
  void theBudgetEndsTheGraceOfAnIdleConnection() throws Exception {
    isCleanWithAnIdleConnection(budget());
  }

  @Test
  void theBudgetAfterALongAnnouncementEndsTheGraceOfAnIdleConnection() throws Exception {
    isCleanWithAnIdleConnection(budget("announceDelay", "900ms"));
  }

  @Test
  void theDrainTimeoutEndsTheGraceOfSomebodySilent() throws Exception {
    App app = start(drainTimeout());
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      await(app.stop(STOP));
      assertThat(client.isAtEnd()).isTrue();
    }
    expectClean();
  }

  @Test
  void theDrainTimeoutEndsTheGraceOfAnIdleHttp2Connection() throws Exception {
    App app = start(drainTimeout());
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/hello");
      client.readAnswer(1);
      await(app.stop(STOP));
    }
    expectClean();
  }

  /** Its answer could not say that the connection would close, so it may ask once more. */
  @Test
  void theDrainTimeoutEndsTheLastChanceOfAConnection() throws Exception {
    App app = start(http("linger", "1m", "drainTimeout", "2s"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/begun"));
      client.readHead();
      client.readChunk();
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      release.complete();
      client.readChunks();
      await(stop);
    }
    expectClean();
  }

  @Test
  void aRequestInFlightIsCutAlone() throws Exception {
    App app = start(drainTimeout());
    try (HttpClientConnection client = new HttpClientConnection(port);
        HttpClientConnection idle = new HttpClientConnection(port)) {
      idle.request("/hello");
      client.send(HttpClientConnection.get("/held/x"));
      Promise<Void> release = nextHeld();
      await(app.stop(STOP));
      release.complete();
    }
    assertThat(stopped().outcome()).hasToString("CUT");
    assertThat(stopped().cut())
        .singleElement()
        .satisfies(cut -> assertThat(cut.what()).startsWith("GET /held/"));
  }
}
