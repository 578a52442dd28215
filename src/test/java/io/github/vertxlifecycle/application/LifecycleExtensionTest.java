package io.github.vertxlifecycle.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.junit5.LifecycleExtension;
import io.github.vertxlifecycle.junit5.TestApplication;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxTestContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One application for a class, as a user of the kit has it. */
@Tag("integration")
final class LifecycleExtensionTest {

  @RegisterExtension static final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

  private static Vertx first;

  @BeforeAll
  static void runsBeforeTheFirstTest(Vertx vertx, TestApplication application) {
    first = vertx;
    assertThat(application.isRunning()).isTrue();
  }

  @Test
  void handsOutTheVertxOfTheApplication(Vertx vertx, TestApplication application) {
    assertThat(vertx).isSameAs(first).isSameAs(application.vertx()).isSameAs(app.vertx());
  }

  @Test
  void listensOnAFreePort(TestApplication application) {
    assertThat(app.port()).isPositive().isNotEqualTo(8080).isEqualTo(application.port("http"));
  }

  @Test
  void aWebClientFindsTheServer(WebClient client, VertxTestContext context) {
    client
        .post("/notes/web")
        .send()
        .onComplete(
            context.succeeding(
                answer -> {
                  context.verify(() -> assertThat(answer.statusCode()).isEqualTo(201));
                  context.completeNow();
                }));
  }

  @Test
  void anHttpClientFindsTheServer(HttpClient client, VertxTestContext context) {
    client
        .request(HttpMethod.POST, "/notes/core")
        .compose(request -> request.send())
        .onComplete(
            context.succeeding(
                answer -> {
                  context.verify(() -> assertThat(answer.statusCode()).isEqualTo(201));
                  context.completeNow();
                }));
  }

  @Test
  void usesWhatAComponentProvides() {
    Future<Void> added = app.use("store", NotesApp.Notes.class).add("used");

    assertThat(added.succeeded()).isTrue();
  }

  @Nested
  final class Inside {
    @Test
    void aNestedClassHasTheSameApplication(Vertx vertx, TestApplication application) {
      assertThat(vertx).isSameAs(first);
      assertThat(application.isRunning()).isTrue();
    }
  }
}
