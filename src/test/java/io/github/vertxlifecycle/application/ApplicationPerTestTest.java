package io.github.vertxlifecycle.application;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static io.github.vertxlifecycle.junit5.StopResultAssert.before;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.junit5.LifecycleExtension;
import io.github.vertxlifecycle.junit5.StopResult;
import io.github.vertxlifecycle.junit5.TestApplication;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application for each test, which a test may stop. */
@Tag("integration")
final class ApplicationPerTestTest {

  private static final Set<Vertx> SEEN = ConcurrentHashMap.newKeySet();

  @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

  @RepeatedTest(2)
  void eachTestHasItsOwn(Vertx vertx) {
    assertThat(SEEN.add(vertx)).isTrue();
  }

  @Test
  void stopsInOrder(TestApplication application) {
    StopResult stop = app.stop();

    assertThat(stop)
        .isClean()
        .stopped("http", before("store", "audit"))
        .stopped("audit", before("store"))
        .cutNothing()
        .usedNothingLate()
        .within(Duration.ofMinutes(1));
    assertThat(stop.stopped()).containsExactly("http", "audit", "store");
    assertThat(application.stop()).isSameAs(stop);
    assertThat(application.isRunning()).isFalse();
    assertThatThrownBy(() -> app.use("store", NotesApp.Notes.class))
        .hasMessage("component \"store\" has stopped; use it before");
  }

  @Nested
  final class Inside {
    @Test
    void aTestOfANestedClassHasOne(Vertx vertx) {
      assertThat(SEEN.add(vertx)).isTrue();
    }
  }
}
