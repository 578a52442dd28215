package io.github.vertxlifecycle.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.junit5.LifecycleTest;
import io.github.vertxlifecycle.junit5.TestApplication;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The short form. */
@Tag("integration")
@LifecycleTest(value = NotesApp.class, config = "http.host = 127.0.0.1", without = "audit")
final class LifecycleAnnotationTest {

  @Test
  void leavesOutWithItsDependents(TestApplication app) {
    assertThat(app.view().graph().startOrder()).containsExactly("store");
  }

  @Nested
  final class Inside {
    @Test
    void aNestedClassHasTheSameApplication(TestApplication app) {
      assertThat(app.view().graph().startOrder()).containsExactly("store");
    }
  }

  @Nested
  @LifecycleTest(NotesApp.class)
  final class WithItsOwn {
    @Test
    void aNestedClassMayHaveItsOwn(TestApplication app, Vertx vertx) {
      assertThat(app.view().graph().startOrder()).containsExactly("store", "audit", "http");
      assertThat(app.vertx()).isSameAs(vertx);
    }
  }

  @Nested
  @LifecycleTest(value = NotesApp.class, perTest = true)
  final class WithItsOwnForEachTest {
    @Test
    void aTestMayHaveItsOwn(TestApplication app) {
      assertThat(app.port()).isPositive();
    }
  }
}
