package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.App.await;
import static io.github.vertxlifecycle.lifecycle.App.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.LifecycleEvent.LateUse;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.work.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class LifecycleVerticleTest {

  private final App.Calls calls = new App.Calls();

  /** A component whose start is a function of itself. */
  private static class Scripted extends LifecycleVerticle {
    private final Function<Scripted, Future<?>> start;

    Scripted(Function<Scripted, Future<?>> start) {
      this.start = start;
    }

    @Override
    protected Future<?> onStart() {
      return start.apply(this);
    }

    <T> Future<T> tracks(String what, Future<T> future) {
      return track(what, future);
    }

    <T> T uses(String component, Class<T> type) {
      return use(component, type);
    }

    void provides(Class<CharSequence> type, CharSequence value) {
      provide(type, value);
    }

    Context where() {
      return context;
    }
  }

  private static LifecycleVerticle providing(String text) {
    return new Scripted(
        me -> {
          me.provides(CharSequence.class, text);
          return Future.succeededFuture();
        });
  }

  @Nested
  final class AbandonedStart {

    /** A start that would last for ever, and ends when nobody waits for it. */
    private final class Waiting extends LifecycleVerticle {
      private final Promise<Void> start = Promise.promise();

      @Override
      protected Future<?> onStart() {
        startHeldUpBy(new IllegalStateException("the key is lost"));
        begun.tryComplete();
        return start.future();
      }

      @Override
      protected void onStartAbandoned() {
        calls.add("abandoned");
        start.fail("nobody waits");
      }
    }

    private final Promise<Void> begun = Promise.promise();

    private App app() {
      return new App(declared -> declared.add("a", Waiting::new));
    }

    @Test
    void endsWhenItHearsOfAStop() {
      try (App app = app()) {
        Future<String> deploying = app.deploy();
        await(begun.future());
        await(app.root.stop(new StopReason(StopReason.Kind.REQUEST, "test")));
        awaitFailure(deploying);
        assertThat(calls.lines()).containsExactly("abandoned");
        assertThat(app.recorder.all(ComponentStopped.class))
            .singleElement()
            .satisfies(one -> assertThat(one.outcome()).isEqualTo(Outcome.CLEAN));
      }
    }

    @Test
    void endsWhenItHearsOfItsTimeoutWhichSaysWhatHeldItUp() {
      try (App app = app()) {
        JsonObject config = new JsonObject().put("a", new JsonObject().put("startTimeout", "2s"));
        assertThat(awaitFailure(app.deploy(config))).hasMessageContaining("the key is lost");
        assertThat(calls.lines()).containsExactly("abandoned");
      }
    }
  }

  @Nested
  final class Use {

    private Throwable failureOf(Function<Scripted, Future<?>> start) {
      try (App app =
          new App(
              declared -> {
                declared.add("postgres", () -> providing("pool"));
                declared.add("redis", () -> providing("redis"));
                declared.add("http", () -> new Scripted(start)).dependsOn("postgres");
              })) {
        return awaitFailure(app.deploy());
      }
    }

    private static Future<?> use(Scripted me, String component, Class<?> type) {
      return Future.succeededFuture(me.uses(component, type));
    }

    @Test
    void givesWhatADependencyProvidesUnderItsTypeOrAnother() {
      AtomicReference<Object> got = new AtomicReference<>();
      try (App app =
          new App(
              declared -> {
                declared.add("postgres", () -> providing("pool"));
                declared
                    .add(
                        "http",
                        () ->
                            new Scripted(
                                me -> {
                                  got.set(
                                      me.uses("postgres", CharSequence.class)
                                          + me.uses("postgres", String.class));
                                  return Future.succeededFuture();
                                }))
                    .dependsOn("postgres");
              })) {
        await(app.deploy());
        assertThat(got).hasValue("poolpool");
      }
    }

    @Test
    void givesEachInstanceOneOfTheProvidersInstances() {
      AtomicInteger made = new AtomicInteger();
      List<String> got = new CopyOnWriteArrayList<>();
      try (App app =
          new App(
              declared -> {
                declared.add("pool", () -> providing("p" + made.getAndIncrement())).instances(2);
                declared
                    .add(
                        "http",
                        () ->
                            new Scripted(
                                me -> {
                                  got.add(me.uses("pool", String.class));
                                  return Future.succeededFuture();
                                }))
                    .dependsOn("pool")
                    .instances(4);
              })) {
        await(app.deploy());
        assertThat(got).containsExactlyInAnyOrder("p0", "p1", "p0", "p1");
      }
    }

    @Test
    void namesTheEdgeThatWasNotDeclared() {
      assertThat(failureOf(me -> use(me, "redis", String.class)))
          .hasMessage(
              "component \"http\" did not start: component \"http\" uses \"redis\" without"
                  + " depending on it; declare .dependsOn(\"redis\") on \"http\"")
          .hasCauseInstanceOf(MissingDependencyException.class);
    }

    @Test
    void namesTheComponentThatDoesNotExist() {
      assertThat(failureOf(me -> use(me, "kafka", String.class)))
          .hasMessage(
              "component \"http\" did not start: component \"http\" uses \"kafka\","
                  + " which was not added; there are [postgres, redis, http]");
    }

    @Test
    void namesWhatIsProvidedInstead() {
      assertThat(failureOf(me -> use(me, "postgres", Integer.class)))
          .hasMessage(
              "component \"http\" did not start: component \"http\" asks \"postgres\" for a"
                  + " Integer, but it provides [CharSequence]");
    }

    @Test
    void refusesWhatHasStopped() {
      AtomicReference<Scripted> http = new AtomicReference<>();
      try (App app =
          new App(
              declared -> {
                declared.add("postgres", () -> providing("pool"));
                declared
                    .add(
                        "http",
                        () ->
                            new Scripted(
                                me -> {
                                  http.set(me);
                                  return Future.succeededFuture();
                                }))
                    .dependsOn("postgres");
              })) {
        app.started();
        await(app.root.stop(Stage.REQUEST));
        assertThatThrownBy(() -> http.get().uses("postgres", String.class))
            .hasMessage("component \"http\" uses \"postgres\", which has stopped");
      }
    }

    @Test
    void isNotPossibleBeforeTheStart() {
      assertThatThrownBy(() -> new Scripted(me -> null).uses("postgres", String.class))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("use(\"postgres\") before the start");
    }
  }

  @Nested
  final class LateWork {

    /** A counter that others reach without having declared it, through a static, say. */
    private static final class Counter extends LifecycleVerticle {
      Future<String> next() {
        return admit("next()", () -> Future.succeededFuture("1"));
      }
    }

    @Test
    void isRefusedWithBothNamesAndReported() {
      Counter counter = new Counter();
      AtomicReference<Scripted> late = new AtomicReference<>();
      try (App app =
          new App(
              declared -> {
                declared.add("counter", () -> counter);
                declared.add(
                    "late",
                    () ->
                        new Scripted(
                            me -> {
                              late.set(me);
                              return Future.succeededFuture();
                            }));
              })) {
        Promise<LateUse> reported = Promise.promise(); // in its turn, on whatever thread has it
        app.root.listen(
            event -> {
              if (event instanceof LateUse use) {
                reported.complete(use);
              }
            });
        app.started();
        assertThat(await(counter.next())).isEqualTo("1");
        await(app.vertx.undeploy(app.deploymentOf("counter")));
        Promise<String> answer = Promise.promise();
        late.get().where().runOnContext(v -> counter.next().onComplete(answer));
        assertThat(awaitFailure(answer.future()))
            .isInstanceOf(RefusedException.class)
            .hasMessage(
                "component \"counter\" refuses next(): it is stopping; it was used by \"late\","
                    + " which must declare dependsOn(\"counter\") to be stopped first");
        LateUse use = await(reported.future());
        assertThat(use.component()).isEqualTo("counter");
        assertThat(use.user()).isEqualTo("late");
      }
    }

    @Test
    void ofTheComponentItselfIsRefusedAndNotReported() {
      Promise<String> answer = Promise.promise();
      try (App app =
          new App(
              declared ->
                  declared.add(
                      "counter",
                      () ->
                          new LifecycleVerticle() {
                            @Override
                            protected Future<?> onDrain() {
                              admit("more", () -> Future.succeededFuture("1")).onComplete(answer);
                              return Future.succeededFuture();
                            }
                          }))) {
        app.started();
        await(app.root.stop(Stage.REQUEST));
        assertThat(awaitFailure(answer.future()))
            .hasMessage("component \"counter\" refuses more: it is stopping");
        assertThat(app.recorder.all(LateUse.class)).isEmpty();
      }
    }
  }

  @Nested
  final class WorkInFlight {

    private final Scripted verticle = new Scripted(me -> Future.succeededFuture());

    @Test
    void isWhatIsTrackedUntilItCompletesEitherWay() {
      Promise<String> good = Promise.promise();
      Promise<String> bad = Promise.promise();
      assertThat(verticle.tracks("good", good.future())).isSameAs(good.future());
      verticle.tracks("bad", bad.future());
      assertThat(verticle.work().count()).isEqualTo(2);
      good.complete("x");
      bad.fail("y");
      assertThat(verticle.work().count()).isZero();
    }

    @Test
    void isTrackedWhileNewWorkIsRefused() {
      verticle.work().refuse();
      verticle.tracks("handle", Promise.promise().future());
      assertThat(verticle.work().count()).isEqualTo(1);
    }

    @Test
    void isNotANullFuture() {
      assertThatThrownBy(() -> verticle.tracks("nothing", null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("nothing");
      assertThat(awaitFailure(verticle.admit("nothing", () -> null)))
          .hasMessage("nothing is null, not a future");
      assertThat(verticle.work().count()).isZero();
    }

    @Test
    void isAdmittedUntilItCompletesEitherWay() {
      Promise<String> good = Promise.promise();
      Future<String> answer = verticle.admit("good", good::future);
      Future<String> thrown =
          verticle.admit(
              "bad",
              () -> {
                throw new IllegalStateException("thrown");
              });
      assertThat(awaitFailure(thrown)).hasMessage("thrown");
      assertThat(verticle.work().count()).isEqualTo(1);
      good.complete("x");
      assertThat(await(answer)).isEqualTo("x");
      assertThat(verticle.work().count()).isZero();
    }

    @Test
    void isNotBegunOnceRefused() {
      verticle.work().refuse();
      Future<String> answer =
          verticle.admit(
              "late",
              () -> {
                calls.add("begun");
                return Future.succeededFuture("x");
              });
      assertThat(awaitFailure(answer)).isInstanceOf(RefusedException.class);
      assertThat(calls.lines()).isEmpty();
    }
  }

  @Nested
  final class Alone {

    private final Promise<String> work = Promise.promise();

    private final class Busy extends App.Speaking {
      Busy() {
        super(LifecycleVerticleTest.this.calls);
      }

      @Override
      protected Future<?> onStart() {
        track("job", work.future());
        return super.onStart();
      }
    }

    private Future<String> deploy(Vertx vertx, LifecycleVerticle verticle, JsonObject config) {
      return vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config));
    }

    @Test
    void drainsBeforeItReleases() {
      Vertx vertx = Vertx.vertx();
      String id = await(deploy(vertx, new Busy(), new JsonObject()));
      Future<Void> undeployed = vertx.undeploy(id);
      Promise<Void> seen = Promise.promise();
      vertx.runOnContext(v -> seen.complete());
      await(seen.future());
      assertThat(undeployed.isComplete()).isFalse();
      work.complete("done");
      await(undeployed);
      assertThat(calls.lines())
          .containsExactly("Busy start", "Busy announce", "Busy drain", "Busy stop");
      await(vertx.close());
    }

    @Test
    void cutsWhatIsLeftAtItsTimeoutAndSaysSo() {
      Vertx vertx = Vertx.vertx();
      JsonObject config = new JsonObject().put("stopTimeout", "6s").put("releaseTimeout", "5s");
      String id = await(deploy(vertx, new Busy(), config));
      assertThat(awaitFailure(vertx.undeploy(id)))
          .isInstanceOf(StopFailedException.class)
          .hasMessage("not every component stopped well: \"Busy\" CUT");
      assertThat(calls.lines()).endsWith("Busy drain", "Busy stop");
      await(vertx.close());
    }

    @Test
    void failsTheStartWithItsCauseAndDoesNotStop() {
      Vertx vertx = Vertx.vertx();
      LifecycleVerticle failing =
          new App.Speaking(calls) {
            @Override
            protected Future<?> onStart() {
              return Future.failedFuture("no disk");
            }
          };
      assertThat(awaitFailure(deploy(vertx, failing, new JsonObject())))
          .hasMessageMatching("component \"LifecycleVerticleTest[^\"]+\" did not start: no disk");
      assertThat(calls.lines()).isEmpty();
      await(vertx.close());
    }

    @Test
    void refusesAConfigurationWithProblemsAllAtOnce() {
      Vertx vertx = Vertx.vertx();
      JsonObject config =
          new JsonObject().put("stopTimeout", "soon").put("drainTimeout", new JsonObject());
      assertThat(awaitFailure(deploy(vertx, new Busy(), config)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("Busy.stopTimeout: \"soon\" is not a duration")
          .hasMessageContaining("Busy.drainTimeout: must be a duration such as 25s");
      await(vertx.close());
    }

    @Test
    void refusesAReleaseThatDoesNotFitItsTimeout() {
      Vertx vertx = Vertx.vertx();
      JsonObject config = new JsonObject().put("stopTimeout", "1s").put("releaseTimeout", "2s");
      assertThat(awaitFailure(deploy(vertx, new Busy(), config)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              "Busy.stopTimeout: 1 s is not enough for releaseTimeout (2 s);"
                  + " raise stopTimeout or lower releaseTimeout");
      await(vertx.close());
    }

    @Test
    void hasNothingToUse() {
      Vertx vertx = Vertx.vertx();
      Scripted asking = new Scripted(me -> Future.succeededFuture(me.uses("pool", String.class)));
      assertThat(awaitFailure(deploy(vertx, asking, new JsonObject())))
          .hasMessageContaining(
              "Scripted was deployed by hand, so there is no component \"pool\" to use;"
                  + " deploy it under a RootVerticle");
      await(vertx.close());
    }
  }

  @Test
  void stopsOnceAndOnlyWhatHasStarted() {
    try (App app =
        new App(
            declared -> {
              declared.add("good", () -> new App.Speaking(calls));
              declared
                  .add(
                      "bad",
                      () ->
                          new App.Speaking(calls) {
                            @Override
                            protected Future<?> onStart() {
                              return Future.failedFuture("no");
                            }
                          })
                  .dependsOn("good");
            })) {
      assertThat(awaitFailure(app.deploy())).hasMessageContaining("no");
      assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("bad", "good");
    }
    assertThat(calls.lines())
        .containsExactly("good start", "good announce", "good drain", "good stop");
  }
}
