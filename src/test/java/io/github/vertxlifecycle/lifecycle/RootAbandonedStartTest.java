package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStarting;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starts that a stop or a timeout ends, or that a stop does not let begin. */
final class RootAbandonedStartTest {

  private final RecordedApp app = new RecordedApp();
  private final Promise<Void> begun = Promise.promise();
  private final Promise<Void> pausing = Promise.promise();

  private final class StartingForEver extends VerticleBase {
    @Override
    public Future<?> start() {
      begun.complete();
      return Promise.promise().future();
    }
  }

  /** A start that would last for ever, and ends when nobody waits for it. */
  private final class Waiting extends LifecycleVerticle {
    private final Promise<Void> start = Promise.promise();

    @Override
    protected Future<?> onStart() {
      startHeldUpBy(new IllegalStateException("the key is lost"));
      begun.complete();
      return start.future();
    }

    @Override
    protected void onStartAbandoned() {
      app.calls.add("abandoned");
      start.fail("nobody waits");
    }
  }

  /** Tries in vain, in a Vert.x whose timers never fire. */
  private final class Trying extends LifecycleVerticle {
    private int tries;

    @Override
    public void init(Vertx real, Context context) {
      super.init(new Timeless(real).vertx(), context);
    }

    @Override
    protected Future<?> onStart() {
      return retry("connect", this::connect, problem -> true);
    }

    private Future<Void> connect() {
      tries++;
      return Future.failedFuture("connection refused");
    }
  }

  /** A Vert.x whose timers never fire; says when one is set. */
  private final class Timeless {
    private final Vertx real;

    Timeless(Vertx real) {
      this.real = real;
    }

    Vertx vertx() {
      return (Vertx)
          Proxy.newProxyInstance(
              Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, this::call);
    }

    private @Nullable Object call(Object proxy, Method method, Object[] arguments)
        throws ReflectiveOperationException {
      return switch (method.getName()) {
        case "setTimer" -> {
          pausing.complete();
          yield 1L;
        }
        case "cancelTimer" -> true;
        default -> method.invoke(real, arguments);
      };
    }
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void rollsBackWhenVertxClosesWhileItStarts() {
    app.addSpeaking("base");
    app.add(
        "slow",
        StartingForEver::new,
        slow -> slow.dependsOn("base").releaseTimeout(Duration.ofMillis(300)));
    Future<String> deployed = app.deploy();
    await(begun.future());
    await(app.vertx.close());
    assertThat(deployed.failed()).isTrue();
    assertThat(app.recorder.lines())
        .contains("stop began: Vertx.close()", "slow TIMED_OUT", "base CLEAN", "stopped");
    assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("slow", "base");
    assertThat(app.calls.lines())
        .containsExactly("base start", "base announce", "base drain", "base stop");
  }

  @Test
  void startsNothingAfterAStop() {
    app.addSpeaking("a");
    assertThat(app.root.stop(Stage.SIGTERM).succeeded()).isTrue();
    assertThat(awaitFailure(app.deploy())).hasMessage("the start was abandoned: SIGTERM");
    assertThat(app.recorder.order(ComponentStarting.class)).isEmpty();
    assertThat(app.calls.lines()).isEmpty();
  }

  @Test
  void wakesAPausingRetryWhenTheStartIsAbandoned() {
    Trying postgres = new Trying();
    app.add("postgres", () -> postgres);
    Future<String> deployed = app.deploy();
    await(pausing.future());
    await(app.root.stop(Stage.SIGTERM));
    assertThat(app.recorder.lines()).contains("postgres CLEAN");
    assertThat(postgres.tries).isEqualTo(1);
    Throwable failure = awaitFailure(deployed);
    assertThat(failure).hasMessage("the start was abandoned: SIGTERM");
    assertThat(failure.getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("component \"postgres\" did not start: connection refused");
  }

  @Test
  void endsAStartThatHearsOfTheStop() {
    app.add("a", Waiting::new);
    Future<String> deployed = app.deploy();
    await(begun.future());
    await(app.root.stop(Stage.REQUEST));
    awaitFailure(deployed);
    assertThat(app.calls.lines()).containsExactly("abandoned");
    assertThat(app.recorder.all(ComponentStopped.class))
        .extracting(ComponentStopped::outcome)
        .containsExactly(Outcome.CLEAN);
  }

  @Test
  void endsAStartThatHearsOfItsTimeoutAndSaysWhatHeldItUp() {
    app.add("a", Waiting::new);
    JsonObject config = new JsonObject().put("a", new JsonObject().put("startTimeout", "2s"));
    assertThat(awaitFailure(app.deploy(config))).hasMessageContaining("the key is lost");
    assertThat(app.calls.lines()).containsExactly("abandoned");
  }
}
