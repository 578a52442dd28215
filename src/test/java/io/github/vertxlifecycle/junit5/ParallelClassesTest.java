package io.github.vertxlifecycle.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.application.NotesApp;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.junit5.VertxExtension;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** Classes and tests that run at the same time do not meet. */
@Tag("integration")
final class ParallelClassesTest {

  private static final long PATIENCE_SECONDS = 120;
  private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();
  private static final Set<Vertx> VERTX = ConcurrentHashMap.newKeySet();
  private static volatile CyclicBarrier together = new CyclicBarrier(1);

  private static void meet() throws Exception {
    together.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static String notes(HttpClient client, String note) throws Exception {
    return client
        .request(HttpMethod.POST, "/notes/" + note)
        .compose(request -> request.send().compose(answer -> answer.end()))
        .compose(v -> client.request(HttpMethod.GET, "/notes"))
        .compose(request -> request.send().compose(answer -> answer.body()))
        .map(Object::toString)
        .toCompletionStage()
        .toCompletableFuture()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Writes a note of its own, together with the other class, and finds no other one. */
  abstract static class Writes {
    @Test
    void findsItsOwnNoteOnly(TestApplication app, HttpClient client, Vertx vertx) throws Exception {
      meet(); // each has its application now
      String own = getClass().getSimpleName();
      assertThat(PORTS.add(app.port())).isTrue();
      assertThat(VERTX.add(vertx)).isTrue();
      assertThat(notes(client, own)).isEqualTo(own);
      meet();
    }
  }

  @LifecycleTest(NotesApp.class)
  static final class OneCase extends Writes {}

  @LifecycleTest(NotesApp.class)
  static final class AnotherCase extends Writes {}

  @ExtendWith(VertxExtension.class)
  static final class ThirdCase extends Writes {
    @RegisterExtension static final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);
  }

  /** Its field is one for all subclasses. */
  abstract static class Shared {
    @RegisterExtension static final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

    @Test
    void hasAnApplicationAsAParameter(TestApplication mine) throws Exception {
      meet();
      assertThat(PORTS.add(mine.port())).isTrue();
      String problem = "";
      try {
        app.port();
      } catch (IllegalStateException e) {
        problem = e.getMessage();
      }
      assertThat(problem).contains("take a parameter of type TestApplication instead");
      meet();
    }
  }

  static final class OneSharingCase extends Shared {}

  static final class AnotherSharingCase extends Shared {}

  /** Two tests of one class. */
  static final class TwoTestsCase {
    @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

    private int port;

    @BeforeEach
    void before() {
      port = app.port();
    }

    @Test
    void one(HttpClient client) throws Exception {
      findsItsOwn(client, "one");
    }

    @Test
    void another(HttpClient client) throws Exception {
      findsItsOwn(client, "another");
    }

    private void findsItsOwn(HttpClient client, String note) throws Exception {
      meet();
      assertThat(app.port()).isEqualTo(port);
      assertThat(PORTS.add(port)).isTrue();
      assertThat(notes(client, note)).isEqualTo(note);
      meet();
    }
  }

  /** Two nested classes of one, which share its application. */
  @LifecycleTest(NotesApp.class)
  static final class NestedCase {
    private static final Set<TestApplication> APPLICATIONS = ConcurrentHashMap.newKeySet();

    @Nested
    final class Left {
      @Test
      void sharesIt(TestApplication app) throws Exception {
        meet();
        APPLICATIONS.add(app);
        meet();
        assertThat(APPLICATIONS).hasSize(1);
        assertThat(app.isRunning()).isTrue();
      }
    }

    @Nested
    final class Right {
      @Test
      void sharesIt(TestApplication app) throws Exception {
        meet();
        APPLICATIONS.add(app);
        meet();
        assertThat(APPLICATIONS).hasSize(1);
        assertThat(app.isRunning()).isTrue();
      }
    }
  }

  private static void allSucceed(int atOnce, Class<?>... fixtures) {
    together = new CyclicBarrier(atOnce);
    PORTS.clear();
    VERTX.clear();
    EngineExecutionResults results =
        Fixtures.run(
            Map.of(
                "junit.jupiter.execution.parallel.enabled", "true",
                "junit.jupiter.execution.parallel.mode.default", "concurrent",
                "junit.jupiter.execution.parallel.config.strategy", "fixed",
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4"),
            fixtures);
    assertThat(Fixtures.failures(results)).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isEqualTo(atOnce);
  }

  @Test
  void classesHaveAnApplicationEach() {
    allSucceed(3, OneCase.class, AnotherCase.class, ThirdCase.class);
  }

  @Test
  void subclassesThatShareAFieldHaveAnApplicationEach() {
    allSucceed(2, OneSharingCase.class, AnotherSharingCase.class);
  }

  @Test
  void testsHaveAnApplicationEach() {
    allSucceed(2, TwoTestsCase.class);
  }

  @Test
  void nestedClassesShareOne() {
    allSucceed(2, NestedCase.class);
  }
}
