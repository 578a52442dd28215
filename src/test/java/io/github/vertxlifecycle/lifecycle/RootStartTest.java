package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Starts that fail: in which ways, and what remains of the failure. */
final class RootStartTest {

  private final RecordedApp app = new RecordedApp();
  private final Scripted bad = app.scripted();
  private final AtomicInteger made = new AtomicInteger();

  private static final class ThrowingStart extends VerticleBase {
    @Override
    public Future<?> start() {
      throw new IllegalStateException("thrown");
    }
  }

  private static final class LackingAClass extends AbstractVerticle {
    @Override
    public void start() {
      throw new NoClassDefFoundError("some/Missing");
    }
  }

  private static final class NeverStarting extends AbstractVerticle {
    @Override
    public void start(Promise<Void> promise) {}
  }

  private static final class PortTaken extends VerticleBase {
    @Override
    public Future<?> start() {
      return Future.failedFuture("port taken");
    }
  }

  private Deployable firstCanBeMade() {
    if (made.getAndIncrement() > 0) {
      throw new NoClassDefFoundError("some/Missing");
    }
    return app.speaking();
  }

  private Deployable thirdFindsItsPortTaken() {
    return made.getAndIncrement() == 2 ? new PortTaken() : app.speaking();
  }

  private Throwable failureOf(Deployable one) {
    return failureOf(one, Duration.ofSeconds(15));
  }

  /** Also makes sure that what it depends on was rolled back. */
  private Throwable failureOf(Deployable one, Duration startTimeout) {
    app.addSpeaking("base");
    app.add(
        "bad",
        () -> one,
        component ->
            component
                .dependsOn("base")
                .startTimeout(startTimeout)
                .releaseTimeout(Duration.ofMillis(500)));
    Throwable failure = awaitFailure(app.deploy());
    assertThat(app.calls.lines()).endsWith("base stop").doesNotContain("bad stop");
    return failure;
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void failsWhenAStartThrows() {
    assertThat(failureOf(new ThrowingStart()))
        .hasMessage("component \"bad\" did not start: thrown");
  }

  @Test
  void failsWhenAStartFails() {
    bad.start = () -> Future.failedFuture(new IllegalStateException("failed"));
    assertThat(failureOf(bad)).hasMessage("component \"bad\" did not start: failed");
  }

  @Test
  void failsWhenAStartReturnsNull() {
    bad.start = Scripted::returnsNull;
    assertThat(failureOf(bad))
        .hasMessage(
            "component \"bad\" did not start: onStart returned null;"
                + " return Future.succeededFuture() if nothing is to wait for");
  }

  @Test
  void failsWhenAStartLacksAClass() {
    assertThat(failureOf(new LackingAClass()))
        .hasMessage(
            "component \"bad\" did not start: it needs a library that is not on the class path:"
                + " there is no class some.Missing");
  }

  @Test
  void failsWhenAStartNeverEnds() {
    assertThat(failureOf(new NeverStarting(), Duration.ofMillis(500)))
        .hasMessageStartingWith(
            "component \"bad\" did not start: it did not start within 500 ms; fix");
  }

  @Test
  void failsWhenALaterInstanceCannotBeMade() {
    app.add(
        "bad",
        this::firstCanBeMade,
        component -> component.instances(2).startTimeout(Duration.ofSeconds(10)));
    assertThat(awaitFailure(app.deploy()))
        .hasMessage(
            "component \"bad\" did not start: it needs a library that is not on the class path:"
                + " there is no class some.Missing");
  }

  @RepeatedTest(200)
  void keepsTheCauseWhenOneOfSeveralInstancesFails() {
    app.add("http", this::thirdFindsItsPortTaken, http -> http.instances(3));
    assertThat(awaitFailure(app.deploy()))
        .hasMessage("component \"http\" did not start: port taken");
    assertThat(app.recorder.lines()).contains("stop began: start of \"http\" failed");
  }

  @Test
  void stopsOnceAndOnlyWhatHasStarted() {
    bad.start = () -> Future.failedFuture("no");
    app.addSpeaking("good");
    app.add("bad", () -> bad, component -> component.dependsOn("good"));
    assertThat(awaitFailure(app.deploy())).hasMessageContaining("no");
    assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("bad", "good");
    app.close();
    assertThat(app.calls.lines())
        .containsExactly("good start", "good announce", "good drain", "good stop");
  }
}
