package io.github.vertxlifecycle.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.StopReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the management endpoint answers, over real sockets. */
@Tag("integration")
final class ManagementTest {

  private static final StopReason STOP = new StopReason(StopReason.Kind.REQUEST, "test");

  private static JsonObject component(JsonObject lifecycle, String name) {
    JsonArray components = lifecycle.getJsonArray("components");
    for (int i = 0; i < components.size(); i++) {
      if (components.getJsonObject(i).getString("name").equals(name)) {
        return components.getJsonObject(i);
      }
    }
    throw new AssertionError(name);
  }

  @Test
  void saysYesToAllProbesWhileEverythingRuns() throws Exception {
    try (ManagedApp stand = new ManagedApp().start()) {
      for (String probe : new String[] {"/livez", "/readyz", "/startupz"}) {
        HttpResponse<String> answer = stand.get(probe);
        assertThat(answer.statusCode()).as(probe).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
      }
      JsonObject ready = new JsonObject(stand.get("/readyz").body());
      assertThat(ready.getString("phase")).isEqualTo("RUNNING");
      assertThat(ready.getJsonArray("checks").encode()).contains("SELECT 1");
    }
  }

  @Test
  void isNotReadyWhileAHealthCheckSaysNoAndHidesSecrets() throws Exception {
    try (ManagedApp stand = new ManagedApp()) {
      stand.health =
          () -> Future.failedFuture("no postgresql://app:hunter2@db/app, password=hunter2");
      stand.start();
      HttpResponse<String> answer = stand.get("/readyz");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("postgresql://app:***@db/app").doesNotContain("hunter2");
      assertThat(stand.get("/livez").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void isNotReadyWhileAHealthCheckDoesNotAnswer() throws Exception {
    try (ManagedApp stand = new ManagedApp()) {
      Promise<Void> never = Promise.promise();
      stand.health = never::future;
      stand.start(
          new JsonObject()
              .put(
                  "management",
                  new JsonObject().put("port", stand.port).put("checkTimeout", "50 ms")));
      assertThat(stand.get("/readyz").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void asksAHealthCheckOnceForManyProbes() throws Exception {
    try (ManagedApp stand =
        new ManagedApp()
            .start(new JsonObject().put("management", new JsonObject().put("checkEvery", "1 h")))) {
      for (int i = 0; i < 20; i++) {
        assertThat(stand.get("/readyz").statusCode()).isEqualTo(200);
      }
      assertThat(stand.asked).hasValue(1);
    }
  }

  @Test
  void isNotStartedBeforeEverythingRuns() throws Exception {
    ManagedApp stand = new ManagedApp();
    Promise<Void> start = Promise.promise();
    stand.starts.put("postgres", start.future());
    stand.app.listen(stand.events::add);
    Future<String> deployed =
        stand.vertx.deployVerticle(
            stand.app,
            new io.vertx.core.DeploymentOptions().setConfig(stand.config(new JsonObject())));
    try (stand) {
      stand.next(LifecycleEvent.ComponentStarting.class);
      assertThat(stand.get("/startupz").statusCode()).isEqualTo(503);
      assertThat(stand.get("/readyz").statusCode()).isEqualTo(503);
      assertThat(stand.get("/livez").statusCode()).isEqualTo(200);
      JsonObject picture = new JsonObject(stand.get("/lifecycle").body());
      assertThat(component(picture, "hits").getJsonArray("waitsFor")).contains("postgres");
      start.complete();
      ManagedApp.await(deployed);
      assertThat(stand.get("/startupz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void namesARequestInFlightWithRouteAgeAndPeer() throws Exception {
    try (ManagedApp stand = new ManagedApp().start()) {
      Promise<Void> held = stand.hold("report?token=secret");
      JsonObject http = component(new JsonObject(stand.get("/lifecycle").body()), "http");
      JsonObject work = http.getJsonArray("work").getJsonObject(0);
      assertThat(work.getString("name")).isEqualTo("GET /slow/:what");
      assertThat(work.getString("peer")).startsWith("127.0.0.1:");
      assertThat(work.getLong("ageMs")).isNotNegative();
      held.complete();
    }
  }

  @Test
  void tellsWhoWaitsForWhomDuringAStop() throws Exception {
    try (ManagedApp stand = new ManagedApp().start()) {
      Promise<Void> held = stand.hold("report");
      Future<Void> stop = stand.app.stop(STOP);
      LifecycleEvent.ComponentDraining draining =
          stand.next(LifecycleEvent.ComponentDraining.class);
      assertThat(draining.component()).isEqualTo("http");
      JsonObject picture = new JsonObject(stand.get("/lifecycle").body());
      assertThat(picture.getString("phase")).isEqualTo("STOPPING");
      assertThat(picture.getLong("leftMs")).isPositive();
      assertThat(component(picture, "http").getString("state")).isEqualTo("DRAINING");
      assertThat(component(picture, "hits").getJsonArray("waitsFor")).containsExactly("http");
      held.complete();
      ManagedApp.await(stop);
      assertThatThrownBy(() -> stand.get("/livez")).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void isReadOnly() throws Exception {
    try (ManagedApp stand = new ManagedApp().start()) {
      for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
        HttpResponse<String> answer = stand.send(method, "/lifecycle");
        assertThat(answer.statusCode()).as(method).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
      }
      assertThat(stand.send("HEAD", "/lifecycle").statusCode()).isEqualTo(200);
      assertThat(stand.get("/../pom.xml").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void everyAnswerBearsAStrictPolicy() throws Exception {
    try (ManagedApp stand = new ManagedApp().start()) {
      for (String path : new String[] {"/", "/lifecycle", "/readyz", "/nothing"}) {
        HttpResponse<String> answer = stand.get(path);
        assertThat(answer.headers().firstValue("content-security-policy"))
            .as(path)
            .hasValueSatisfying(
                policy ->
                    assertThat(policy)
                        .contains("default-src 'none'")
                        .doesNotContain("unsafe", "http", "*"));
      }
    }
  }

  @Test
  void aStartFailsThatCannotListenAndNoComponentStarts() throws Exception {
    try (ServerSocket taken = new ServerSocket(0);
        ManagedApp stand = new ManagedApp()) {
      JsonObject config =
          new JsonObject().put("management", new JsonObject().put("port", taken.getLocalPort()));
      assertThatThrownBy(() -> stand.start(config)).hasMessageContaining("management.port");
      assertThat(stand.events).noneMatch(LifecycleEvent.ComponentStarting.class::isInstance);
    }
  }

  @Test
  void answersWhileAnEventLoopOfTheApplicationIsBlocked() throws Exception {
    try (ManagedApp stand = new ManagedApp()) {
      java.util.concurrent.CountDownLatch unblock = new java.util.concurrent.CountDownLatch(1);
      stand.health =
          () -> {
            try {
              unblock.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Future.succeededFuture();
          };
      stand.start(
          new JsonObject()
              .put(
                  "management",
                  new JsonObject().put("port", stand.port).put("checkTimeout", "50 ms")));
      assertThat(stand.get("/readyz").statusCode()).isEqualTo(503);
      assertThat(stand.get("/livez").statusCode()).isEqualTo(200);
      unblock.countDown();
    }
  }
}
