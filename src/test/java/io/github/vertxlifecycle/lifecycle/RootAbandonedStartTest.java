package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentDraining;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStarting;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.vertx.VertxInside;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starts that a stop or a timeout ends, or that a stop does not let begin. */
final class RootAbandonedStartTest {

  private final RecordedApp app = new RecordedApp();
  private final Promise<Void> begun = Promise.promise();
  private final Promise<Void> pausing = Promise.promise();
  private final Promise<Void> migration = Promise.promise();

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
    Future<String> deployed = app.deploy("12s"); // of which ten are for base
    await(begun.future());
    await(app.vertx.close());
    assertThat(deployed.failed()).isTrue();
    assertThat(app.recorder.lines())
        .containsSubsequence(
            "stop began: Vertx.close()",
            "slow CUT: start has not ended, so the release could not begin",
            "base CLEAN",
            "stopped");
    assertThat(cutOf("slow")).containsExactly("start");
    assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("slow", "base");
    assertThat(app.calls.lines())
        .containsExactly("base start", "base announce", "base drain", "base stop");
  }

  private List<String> cutOf(String component) {
    return app.recorder.all(ComponentStopped.class).stream()
        .filter(stopped -> stopped.component().equals(component))
        .flatMap(stopped -> stopped.cut().stream())
        .map(CutWork::what)
        .toList();
  }

  /** Stops, waits until the start under way has been asked to drain, and then lets it go on. */
  private void stopsInTheMiddle(Runnable goesOn) {
    stopsAfter(begun.future(), goesOn);
  }

  private void stopsAfter(Future<?> middle, Runnable goesOn) {
    Promise<Void> draining = Promise.promise();
    app.root.listen(
        event -> {
          if (event instanceof ComponentDraining e && e.component().equals("a")) {
            draining.tryComplete();
          }
        });
    Future<String> deployed = app.deploy();
    await(middle);
    Await.until(this::isDeployCallOver);
    Future<Void> stopped = app.root.stop(Stage.SIGTERM);
    await(draining.future());
    goesOn.run();
    await(stopped);
    awaitFailure(deployed);
  }

  /** Else the call is work in flight as well; it is another thread's than the start. */
  private boolean isDeployCallOver() {
    return app.root.view().now().components().stream()
        .filter(one -> one.name().equals("a"))
        .flatMap(one -> one.stats().inFlight().stream())
        .noneMatch(work -> work.name().equals("its supplier"));
  }

  private Future<Void> migrated() {
    return migration.future().onSuccess(v -> app.calls.add("migrated"));
  }

  /** Does in its start what must not be broken off, and needs its dependency for it. */
  private final class Migrating extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      Future<?> migrated = track("migration V7", migrated());
      begun.complete(); // once the migration is counted
      return migrated;
    }

    @Override
    protected Future<?> onDrain() {
      app.calls.add("a drain");
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      app.calls.add("a stop");
      return Future.succeededFuture();
    }
  }

  private final class MigratingPlainly extends VerticleBase {
    @Override
    public Future<?> start() {
      begun.complete();
      return migrated();
    }

    @Override
    public Future<?> stop() {
      app.calls.add("a stop");
      return Future.succeededFuture();
    }
  }

  private List<String> calls() {
    return app.calls.lines().stream().filter(line -> !line.equals("base announce")).toList();
  }

  private void addOnBase(Supplier<Deployable> verticle) {
    app.addSpeaking("base");
    app.add("a", verticle, a -> a.dependsOn("base"));
  }

  @Test
  void waitsForWhatAStartHasBegunAndKeepsItsDependencyForIt() {
    addOnBase(Migrating::new);
    stopsInTheMiddle(migration::complete);
    assertThat(calls())
        .containsExactly("base start", "migrated", "a drain", "a stop", "base drain", "base stop");
    assertThat(app.recorder.lines())
        .containsSubsequence("a draining 2, at most 1 min 20 s", "a CLEAN", "base CLEAN");
  }

  @Test
  void waitsForTheStartOfAVerticleOfAnotherKind() {
    addOnBase(MigratingPlainly::new);
    stopsInTheMiddle(migration::complete);
    assertThat(calls())
        .containsExactly("base start", "migrated", "a stop", "base drain", "base stop");
    assertThat(app.recorder.lines()).contains("a CLEAN");
  }

  @Test
  void waitsForWhatAStartHasBegunThoughItFailsInTheEnd() {
    addOnBase(Migrating::new);
    stopsInTheMiddle(() -> migration.fail("no disk"));
    assertThat(calls()).containsExactly("base start", "base drain", "base stop");
    assertThat(app.recorder.lines()).contains("a CLEAN");
  }

  /** Vert.x closes what a verticle has made on its context as soon as it hears of the failure. */
  @Test
  void keepsWhatAFailedStartHasMadeUntilItsWorkHasEnded() {
    app.addSpeaking("base");
    app.add(
        "a",
        () ->
            new LifecycleVerticle() {
              @Override
              protected Future<?> onStart() {
                Promise<Void> work = Promise.promise();
                VertxInside.addCloseHook(
                    context,
                    closed -> {
                      app.calls.add("closed");
                      closed.succeed();
                    });
                track("migration V7", work.future());
                vertx.setTimer(
                    100,
                    id -> {
                      app.calls.add("migrated");
                      work.complete();
                    });
                return Future.failedFuture("port taken");
              }
            },
        a -> a.dependsOn("base"));
    assertThat(awaitFailure(app.deploy())).hasMessage("component \"a\" did not start: port taken");
    assertThat(calls())
        .containsExactly("base start", "migrated", "closed", "base drain", "base stop");
  }

  @Test
  void namesWhatAStartHasBegunWhenItIsCut() {
    app.add("base", app::speaking, base -> base.releaseTimeout(Duration.ofSeconds(5)));
    app.add("a", Migrating::new, a -> a.dependsOn("base").releaseTimeout(Duration.ofMillis(300)));
    Future<String> deployed = app.deploy("6s");
    await(begun.future());
    await(app.root.stop(Stage.SIGTERM));
    awaitFailure(deployed);
    assertThat(cutOf("a")).containsExactly("migration V7");
    assertThat(app.recorder.lines())
        .contains("a CUT: onStart has not ended, so the release could not begin", "base CLEAN");
    assertThat(calls()).containsExactly("base start", "base drain", "base stop");
  }

  /** One of its two instances has started, and has work; the other one is still at it. */
  @Test
  void drainsTheInstanceThatHasStartedWhileTheOtherOneStillStarts() {
    AtomicInteger made = new AtomicInteger();
    Promise<Void> employed = Promise.promise();
    Promise<Void> request = Promise.promise();
    app.addSpeaking("base");
    app.add(
        "a",
        () -> made.getAndIncrement() == 0 ? new Employed(employed, request) : new Migrating(),
        a -> a.dependsOn("base").instances(2));
    stopsAfter(
        Future.all(employed.future(), begun.future()),
        () -> {
          migration.complete();
          request.complete();
        });
    assertThat(calls()).contains("employed drain", "migrated", "a drain", "a stop");
    assertThat(calls()).endsWith("base drain", "base stop");
    assertThat(app.recorder.lines()).contains("a CLEAN");
  }

  private final class Employed extends LifecycleVerticle {
    private final Promise<Void> employed;
    private final Promise<Void> request;

    Employed(Promise<Void> employed, Promise<Void> request) {
      this.employed = employed;
      this.request = request;
    }

    @Override
    protected Future<?> onStart() {
      track("request", request.future());
      employed.complete();
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onDrain() {
      app.calls.add("employed drain");
      return Future.succeededFuture();
    }
  }

  @Test
  void waitsForWorkOfAStartWhoseTimeIsUp() {
    app.addSpeaking("base");
    app.add(
        "a",
        Migrating::new,
        a ->
            a.dependsOn("base")
                .startTimeout(Duration.ofMillis(500))
                .releaseTimeout(Duration.ofSeconds(2)));
    Promise<Void> draining = Promise.promise();
    app.root.listen(
        event -> {
          if (event instanceof ComponentDraining e && e.component().equals("a")) {
            draining.tryComplete();
          }
        });
    Future<String> deployed = app.deploy();
    await(draining.future());
    migration.complete();
    assertThat(awaitFailure(deployed)).hasMessageContaining("did not start within 500 ms");
    assertThat(calls())
        .containsExactly("base start", "migrated", "a stop", "base drain", "base stop");
    assertThat(app.recorder.lines()).contains("a CLEAN");
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
