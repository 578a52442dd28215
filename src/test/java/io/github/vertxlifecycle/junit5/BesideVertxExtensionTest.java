package io.github.vertxlifecycle.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.application.NotesApp;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** Both extensions resolve a Vert.x and a test context; JUnit wants one of them to. */
@Tag("integration")
final class BesideVertxExtensionTest {

  @ExtendWith(VertxExtension.class)
  static final class VertxFirstCase extends Checks {
    @RegisterExtension static final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);
  }

  @ExtendWith(VertxExtension.class)
  @LifecycleTest(NotesApp.class)
  static final class AnnotationsVertxFirstCase extends Checks {}

  @LifecycleTest(NotesApp.class)
  @ExtendWith(VertxExtension.class)
  static final class AnnotationsVertxLastCase extends Checks {}

  static final class FieldsVertxLastCase extends Checks {
    @Order(1)
    @RegisterExtension
    static final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

    @Order(2)
    @RegisterExtension
    static final VertxExtension vertx = new VertxExtension();
  }

  static final class FieldsVertxFirstCase extends Checks {
    @Order(1)
    @RegisterExtension
    static final VertxExtension vertx = new VertxExtension();

    @Order(2)
    @RegisterExtension
    static final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);
  }

  static final class AloneCase extends Checks {
    @RegisterExtension static final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @ExtendWith(VertxExtension.class)
  static final class PerClassCase extends Checks {
    @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);
  }

  /** What holds whoever resolves the parameters. */
  abstract static class Checks {

    private static final Map<Class<?>, Vertx> VERTX = new ConcurrentHashMap<>();

    @BeforeAll
    static void before(Vertx vertx, TestApplication app, VertxTestContext context) {
      VERTX.put(Checks.class, vertx);
      assertThat(vertx).isSameAs(app.vertx());
      vertx.runOnContext(v -> context.completeNow());
    }

    @BeforeEach
    void beforeEach(Vertx vertx, TestApplication app, VertxTestContext context) {
      assertThat(vertx).isSameAs(app.vertx()).isSameAs(VERTX.get(Checks.class));
      vertx.runOnContext(v -> context.completeNow());
    }

    @AfterEach
    void afterEach(Vertx vertx, TestApplication app) {
      assertThat(vertx).isSameAs(app.vertx());
    }

    @AfterAll
    static void after(Vertx vertx, TestApplication app) {
      assertThat(vertx).isSameAs(app.vertx());
      assertThat(app.isRunning()).isTrue();
    }

    @Test
    void aContextIsAwaited(Vertx vertx, VertxTestContext context) {
      vertx.setTimer(10, id -> context.completeNow());
    }

    @RepeatedTest(2)
    void inTemplates(Vertx vertx, TestApplication app) {
      assertThat(vertx).isSameAs(app.vertx());
    }

    @ParameterizedTest
    @ValueSource(strings = "one")
    void inParameterizedTests(String argument, Vertx vertx, TestApplication app) {
      assertThat(vertx).isSameAs(app.vertx());
    }

    @TestFactory
    Stream<DynamicTest> inFactories(Vertx vertx, TestApplication app) {
      return Stream.of(
          DynamicTest.dynamicTest("one", () -> assertThat(vertx).isSameAs(app.vertx())));
    }

    @Nested
    final class Inside {
      @Test
      void inNestedClasses(Vertx vertx, TestApplication app, VertxTestContext context) {
        assertThat(vertx).isSameAs(app.vertx()).isSameAs(VERTX.get(Checks.class));
        context.completeNow();
      }
    }
  }

  @ExtendWith(VertxExtension.class)
  static final class PerTestCase {
    @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

    @BeforeEach
    void before(Vertx vertx) {
      assertThat(vertx).isSameAs(app.vertx());
    }

    @RepeatedTest(2)
    void eachHasItsOwn(Vertx vertx, VertxTestContext context) {
      assertThat(vertx).isSameAs(app.vertx());
      context.completeNow();
    }
  }

  /** A method's own extension is known to its context alone. */
  static final class OnAMethodCase {
    @RegisterExtension static final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

    @Test
    @ExtendWith(VertxExtension.class)
    void withIt(Vertx vertx, VertxTestContext context) {
      assertThat(vertx).isSameAs(app.vertx());
      context.completeNow();
    }

    @Test
    void withoutIt(Vertx vertx, VertxTestContext context) {
      assertThat(vertx).isSameAs(app.vertx());
      context.completeNow();
    }
  }

  static final class FailingContextCase {
    @RegisterExtension static final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

    @Test
    void fails(Vertx vertx, VertxTestContext context) {
      vertx.runOnContext(v -> context.failNow(new IllegalStateException("said later")));
    }
  }

  private static void allSucceed(int tests, Class<?> fixture) {
    EngineExecutionResults results = Fixtures.run(fixture);
    assertThat(Fixtures.failures(results)).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isEqualTo(tests);
  }

  @Test
  void registeredBeforeIt() {
    List.of(VertxFirstCase.class, AnnotationsVertxFirstCase.class, FieldsVertxFirstCase.class)
        .forEach(one -> allSucceed(6, one));
  }

  @Test
  void registeredAfterIt() {
    List.of(AnnotationsVertxLastCase.class, FieldsVertxLastCase.class)
        .forEach(one -> allSucceed(6, one));
  }

  @Test
  void notRegistered() {
    allSucceed(6, AloneCase.class);
  }

  @Test
  void withOneInstanceForTheClass() {
    allSucceed(6, PerClassCase.class);
  }

  @Test
  void withAnApplicationForEachTest() {
    allSucceed(2, PerTestCase.class);
  }

  @Test
  void registeredForOneMethod() {
    allSucceed(2, OnAMethodCase.class);
  }

  @Test
  void aFailedContextFailsTheTestWithoutIt() {
    assertThat(Fixtures.failure(FailingContextCase.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("said later");
  }
}
