package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a subclass may fill in, and what becomes of a step that throws. */
final class StepsTest {

  static Stream<Method> startsAndStops() throws NoSuchMethodException {
    Stream.Builder<Method> all = Stream.builder();
    for (Class<?> verticle : List.of(LifecycleVerticle.class, RootVerticle.class)) {
      for (String name : List.of("start", "stop")) {
        all.add(verticle.getMethod(name));
        all.add(verticle.getMethod(name, Promise.class));
      }
    }
    return all.build();
  }

  /** A subclass could fill in the classic form, which compiled, and nobody called it. */
  @ParameterizedTest
  @MethodSource("startsAndStops")
  void theStartAndStopOfVertxCannotBeFilledIn(Method method) {
    assertThat(Modifier.isFinal(method.getModifiers())).isTrue();
  }

  /** One of its steps throws. */
  private static final class Throwing extends LifecycleVerticle {
    private final String step;

    Throwing(String step) {
      this.step = step;
    }

    private void reach(String one) throws IOException {
      if (one.equals(step)) {
        throw new IOException("no disk for " + step);
      }
    }

    @Override
    protected Future<?> onStart() throws IOException {
      reach("onStart");
      return Future.succeededFuture();
    }

    @Override
    protected void onAnnounce() throws IOException {
      reach("onAnnounce");
    }

    @Override
    protected Future<?> onDrain() throws IOException {
      reach("onDrain");
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() throws IOException {
      reach("onStop");
      return Future.succeededFuture();
    }
  }

  @Test
  void aStartThatThrowsACheckedExceptionHasFailed() {
    try (RecordedApp app =
        new RecordedApp(declared -> declared.add("a", () -> new Throwing("onStart")))) {
      assertThat(awaitFailure(app.deploy()))
          .hasMessageContaining("no disk for onStart")
          .rootCause()
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"onAnnounce", "onDrain", "onStop"})
  void aStepOfTheStopThatThrowsACheckedExceptionFailsTheStop(String step) {
    try (RecordedApp app =
        new RecordedApp(declared -> declared.add("a", () -> new Throwing(step)))) {
      String id = app.started();

      assertThat(awaitFailure(app.vertx.undeploy(id)))
          .isInstanceOf(StopFailedException.class)
          .hasMessageContaining("no disk for " + step);

      ComponentStopped stopped = app.recorder.all(ComponentStopped.class).get(0);
      assertThat(stopped.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(stopped.failure()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void theStepsAfterAnAnnouncementThatThrowsAreCalledAllTheSame() {
    RecordedApp.Calls calls = new RecordedApp.Calls();
    LifecycleVerticle verticle =
        new RecordedApp.Speaking(calls) {
          @Override
          protected void onAnnounce() {
            throw new IllegalStateException("deaf");
          }
        };
    try (RecordedApp app = new RecordedApp(declared -> declared.add("a", () -> verticle))) {
      String id = app.started();
      awaitFailure(app.vertx.undeploy(id));
    }
    assertThat(calls.lines()).containsExactly("a start", "a drain", "a stop");
  }

  @Test
  void aHealthCheckThatThrowsACheckedExceptionIsUnhealthy() {
    LifecycleVerticle verticle =
        new LifecycleVerticle() {
          @Override
          protected Future<?> onStart() {
            health("disk", StepsTest::broken);
            return Future.succeededFuture();
          }
        };
    try (RecordedApp app = new RecordedApp(declared -> declared.add("a", () -> verticle))) {
      app.started();
      HealthCheck check = app.root.view().checks().get(0);

      assertThat(awaitFailure(check.ask().get()))
          .isInstanceOf(IOException.class)
          .hasMessage("no disk");
    }
  }

  private static Future<?> broken() throws IOException {
    throw new IOException("no disk");
  }

  @Test
  void aVerticleAloneFailsItsStartByACheckedExceptionToo() {
    try (RecordedApp app = new RecordedApp(declared -> {})) {
      assertThat(awaitFailure(app.vertx.deployVerticle(new Throwing("onStart"))))
          .hasMessageContaining("no disk for onStart");
      await(app.vertx.deployVerticle(new Throwing("none")));
    }
  }
}
