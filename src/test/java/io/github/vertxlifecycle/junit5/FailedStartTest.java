package io.github.vertxlifecycle.junit5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.vertxlifecycle.application.NotesApp;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import java.net.ConnectException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application that does not start fails the test, with its own cause and what to do. */
@Tag("integration")
final class FailedStartTest {

  /** Its second component does not start. */
  static final class UnreachableApp extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add("cache", () -> new LifecycleVerticle() {});
      app.add(
              "store",
              () ->
                  new LifecycleVerticle() {
                    @Override
                    protected Future<?> onStart() throws ConnectException {
                      throw new ConnectException("nobody listens");
                    }
                  })
          .dependsOn("cache");
    }
  }

  static final class NotStartedCase {
    @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(UnreachableApp::new);

    @Test
    void isNotReached() {
      fail("reached");
    }
  }

  static final class NotStartedClassCase {
    @RegisterExtension
    static final LifecycleExtension app = LifecycleExtension.of(UnreachableApp::new);

    @Test
    void isNotReached() {
      fail("reached");
    }
  }

  static final class UnknownReplacedCase {
    @RegisterExtension
    final LifecycleExtension app =
        LifecycleExtension.of(NotesApp::new).replace("sotre", NotesApp.StoreVerticle::new);

    @Test
    void isNotReached() {}
  }

  static final class UnknownLeftOutCase {
    @RegisterExtension
    final LifecycleExtension app = LifecycleExtension.of(NotesApp::new).without("worker");

    @Test
    void isNotReached() {}
  }

  static final class NoServiceCase {
    @RegisterExtension
    final LifecycleExtension app = LifecycleExtension.of(NotesApp::new).devServices("store");

    @Test
    void isNotReached() {}
  }

  static final class WrongConfigurationCase {
    @RegisterExtension
    final LifecycleExtension app =
        LifecycleExtension.of(NotesApp::new).config("http { prot = 1 }, lifecycle.stopTimeout = x");

    @Test
    void isNotReached() {}
  }

  static final class TooEarlyCase {
    @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

    private final Throwable early;

    TooEarlyCase() {
      Throwable thrown = null;
      try {
        app.port();
      } catch (IllegalStateException e) {
        thrown = e;
      }
      early = thrown;
    }

    @Test
    void asksInItsConstructor() {
      assertThat(early).isNull();
    }
  }

  @Test
  void failsTheTestWithTheCauseAndTheTimeline() {
    assertThat(Fixtures.failure(NotStartedCase.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("UnreachableApp did not start for NotStartedCase.isNotReached(): ")
        .hasMessageContaining("component \"store\" did not start")
        .hasMessageContaining("nobody listens")
        .hasMessageContaining("FAILED")
        .hasRootCauseInstanceOf(ConnectException.class);
  }

  @Test
  void failsTheClass() {
    assertThat(Fixtures.failure(NotStartedClassCase.class))
        .hasMessageContaining("UnreachableApp did not start for NotStartedClassCase:")
        .hasRootCauseInstanceOf(ConnectException.class);
  }

  @Test
  void namesTheComponentsThatCanBeReplaced() {
    assertThat(Fixtures.failure(UnknownReplacedCase.class))
        .hasMessageEndingWith(
            "was not started for UnknownReplacedCase.isNotReached(): there is no component"
                + " \"sotre\"; there are store, audit, http");
  }

  @Test
  void namesTheComponentsThatCanBeLeftOut() {
    assertThat(Fixtures.failure(UnknownLeftOutCase.class))
        .hasMessageContaining("there is no component \"worker\"; there are store, audit, http");
  }

  @Test
  void namesWhatThereAreServersFor() {
    assertThat(Fixtures.failure(NoServiceCase.class))
        .hasMessageContaining("devServices(\"store\") has no server for StoreVerticle");
  }

  @Test
  void listsAllProblemsOfTheConfiguration() {
    assertThat(Fixtures.failure(WrongConfigurationCase.class))
        .hasMessageContaining("its configuration has 2 problems")
        .hasMessageContaining("http.prot")
        .hasMessageContaining("lifecycle.stopTimeout");
  }

  @Test
  void saysWhenThereIsAnApplication() {
    assertThat(Fixtures.failure(TooEarlyCase.class))
        .hasMessageContaining("no application runs now: one runs within a test");
  }
}
