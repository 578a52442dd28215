package io.github.vertxlifecycle.junit5;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** A stop that is not clean fails the test or the class, and says what, where and what to do. */
@Tag("integration")
final class FailedStopTest {

  /** Has work that never ends, and so is cut at once. */
  static final class CuttingApp extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add("below", () -> new LifecycleVerticle() {});
      app.add("busy", BusyVerticle::new).dependsOn("below").drainTimeout(Duration.ZERO);
    }
  }

  static final class BusyVerticle extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      track("a write that never ends", Promise.<Void>promise().future());
      return Future.succeededFuture();
    }
  }

  /** Its release fails. */
  static final class FailingApp extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add(
          "leaky",
          () ->
              new LifecycleVerticle() {
                @Override
                protected Future<?> onStop() throws IOException {
                  throw new IOException("the disk is full");
                }
              });
    }
  }

  /** Says that it cannot go on when somebody asks it to. */
  static final class GivingUpApp extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add(
          "queue",
          () ->
              new LifecycleVerticle() {
                @Override
                protected Future<?> onStart() {
                  provide(Runnable.class, () -> fail(new IOException("the queue is gone")));
                  return Future.succeededFuture();
                }
              });
    }
  }

  static final class GivingUpCase {
    @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(GivingUpApp::new);

    @Test
    void asksItTo() {
      app.use("queue", Runnable.class).run();
    }
  }

  static final class PerTestCase {
    @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(CuttingApp::new);

    @Test
    void doesNothing() {}
  }

  static final class PerClassCase {
    @RegisterExtension static final LifecycleExtension app = LifecycleExtension.of(FailingApp::new);

    @Test
    void doesNothing() {}
  }

  static final class MayFailCase {
    @RegisterExtension
    final LifecycleExtension app = LifecycleExtension.of(CuttingApp::new).stopMayFail();

    @Test
    void doesNothing() {}
  }

  static final class StopsItselfCase {
    @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(CuttingApp::new);

    @Test
    void looksAtTheStop() {
      assertThat(app.stop())
          .hasOutcome(Outcome.CUT)
          .hasOutcome("below", Outcome.CLEAN)
          .cut("busy", "a write that never ends");
    }
  }

  static final class ExpectsTooMuchCase {
    @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(CuttingApp::new);

    @Test
    void looksAtTheStop() {
      assertThat(app.stop()).stopped("busy", StopResultAssert.after("below"));
    }
  }

  @Test
  void failsTheTest() throws IOException {
    Throwable failure = Fixtures.failure(PerTestCase.class);

    assertThat(failure)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("CuttingApp, started for PerTestCase.doesNothing(), did not stop")
        .hasMessageContaining("let it say .stopMayFail()")
        .hasMessageContaining(
            "\"busy\" was cut while it had in flight: a write that never ends. Wait for that work")
        .hasMessageContaining("The picture: ");
    String message = String.valueOf(failure.getMessage());
    Path picture =
        Path.of(message.substring(message.indexOf("The picture: ") + 13).lines().findFirst().get());
    assertThat(Files.readString(picture)).startsWith("<svg");
    Files.delete(picture);
  }

  @Test
  void failsTheClass() {
    EngineExecutionResults results = Fixtures.run(PerClassCase.class);

    assertThat(results.testEvents().succeeded().count()).isEqualTo(1);
    assertThat(Fixtures.failures(results))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure)
                    .hasMessageContaining("FailingApp, started for PerClassCase, did not stop")
                    .hasMessageContaining("\"leaky\" has failed. Its stop failed")
                    .hasMessageContaining("the disk is full")
                    .hasRootCauseInstanceOf(IOException.class));
  }

  @Test
  void failsTheTestIfTheApplicationCouldNotGoOn() {
    assertThat(Fixtures.failure(GivingUpCase.class))
        .hasMessageContaining("A component said that it cannot go on: see its cause.")
        .hasRootCauseInstanceOf(IOException.class)
        .hasRootCauseMessage("the queue is gone");
  }

  @Test
  void isLetPassWhereTheTestMeansIt() {
    assertThat(Fixtures.failures(Fixtures.run(MayFailCase.class))).isEmpty();
  }

  @Test
  void isTheTestsToJudgeOnceItStoppedTheApplication() {
    assertThat(Fixtures.failures(Fixtures.run(StopsItselfCase.class))).isEmpty();
  }

  @Test
  void anAssertionSaysWhatToDeclare() {
    assertThat(Fixtures.failure(ExpectsTooMuchCase.class))
        .hasMessageContaining("\"below\" should have stopped before \"busy\" began to, and did not")
        .hasMessageContaining("Declare .dependsOn(\"busy\") on \"below\" if it uses that")
        .hasMessageContaining("The picture: ");
  }
}
