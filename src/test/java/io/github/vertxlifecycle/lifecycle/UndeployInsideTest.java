package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentReleasing;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Vert.x undeploys from the inside out; what we stop in this way stops in our order all the same.
 */
final class UndeployInsideTest {

  private final RecordedApp app = new RecordedApp();
  private final Promise<Void> outerStopped = Promise.promise();
  private final Promise<Void> testEnded = Promise.promise();
  private final Scripted orders = app.scripted();

  /** Where the verticle is that somebody undeploys. */
  private enum Place {
    COMPONENT,
    NESTED,
    STANDALONE
  }

  /** Says its steps; deploys others in its start. */
  private class Node extends LifecycleVerticle {
    private final String label;
    private final List<Deployable> inside;
    private final Promise<Void> work = Promise.promise();

    Node(String label, Deployable... inside) {
      this.label = label;
      this.inside = List.of(inside);
    }

    @Override
    protected Future<?> onStart() {
      begun();
      List<Future<?>> deployed = new ArrayList<>();
      inside.forEach(one -> deployed.add(vertx.deployVerticle(one)));
      return Future.all(deployed);
    }

    final Future<Void> begun() {
      track("work", work.future());
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onDrain() {
      app.calls.add(label + " drain");
      vertx.setTimer(
          50,
          id -> {
            app.calls.add(label + " works");
            work.complete();
          });
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      app.calls.add(label + " stop");
      if (label.equals("outer")) {
        outerStopped.complete();
      }
      return Future.succeededFuture();
    }
  }

  /** Not ours: Vert.x stops it as soon as somebody undeploys what it is in. */
  private final class Foreign extends VerticleBase {
    private final List<Deployable> inside;

    Foreign(Deployable... inside) {
      this.inside = List.of(inside);
    }

    @Override
    public Future<?> start() {
      List<Future<?>> deployed = new ArrayList<>();
      inside.forEach(one -> deployed.add(vertx.deployVerticle(one)));
      return Future.all(deployed);
    }

    @Override
    public Future<?> stop() {
      return vertx.timer(300).onSuccess(v -> app.calls.add("foreign stopped"));
    }
  }

  private static final class Failing extends VerticleBase {
    @Override
    public Future<?> stop() {
      return Future.failedFuture("disk full");
    }
  }

  private final class NeverStopping extends VerticleBase {
    @Override
    public Future<?> stop() {
      return testEnded.future();
    }
  }

  /** Starts it there; returns its deployment. */
  private String started(Place place, LifecycleVerticle verticle) {
    Promise<String> id = Promise.promise();
    switch (place) {
      case COMPONENT -> {
        app.addSpeaking("base");
        app.add("outer", () -> verticle, outer -> outer.dependsOn("base"));
        app.addSpeaking("http", "outer");
        app.started();
        id.complete(app.deploymentOf("outer"));
      }
      case NESTED -> {
        orders.start = () -> app.vertx.deployVerticle(verticle).onComplete(id);
        app.add("orders", () -> orders);
        app.started();
      }
      case STANDALONE -> app.vertx.deployVerticle(verticle).onComplete(id);
    }
    return await(id.future());
  }

  private List<String> steps() {
    return app.calls.lines().stream().filter(line -> !line.endsWith("announce")).toList();
  }

  private Outcome outcomeOf(String component) {
    return app.recorder.all(ComponentStopped.class).stream()
        .filter(event -> event.component().equals(component))
        .findFirst()
        .orElseThrow()
        .outcome();
  }

  @AfterEach
  void closeVertx() {
    testEnded.tryComplete();
    app.close();
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void drainsFromTheOutsideInAndStopsFromTheInsideOut(Place place) {
    String id = started(place, new Node("outer", new Node("inner", new Node("core"))));
    await(app.vertx.undeploy(id));
    assertThat(steps())
        .containsSubsequence("outer drain", "outer works", "inner drain", "inner works")
        .containsSubsequence("inner works", "core drain", "core works")
        .containsSubsequence("core works", "core stop", "inner stop", "outer stop");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void findsThemBelowAForeignOne(Place place) {
    String id = started(place, new Node("outer", new Foreign(new Node("inner"))));
    await(app.vertx.undeploy(id));
    assertThat(steps())
        .containsSubsequence("outer works", "inner drain", "inner works", "inner stop")
        .containsSubsequence("inner stop", "foreign stopped", "outer stop");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void waitsForAForeignOneThatStopsSlowly(Place place) {
    String id = started(place, new Node("outer", new Node("inner"), new Foreign()));
    await(app.vertx.undeploy(id));
    assertThat(steps())
        .containsSubsequence("outer works", "inner drain", "inner stop", "outer stop")
        .containsSubsequence("foreign stopped", "outer stop");
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Place.class)
  void stopsThoughAForeignOneFailsTo(Place place) {
    String id = started(place, new Node("outer", new Node("inner"), new Failing()));
    assertThat(awaitFailure(app.vertx.undeploy(id))).hasMessage("disk full");
    await(outerStopped.future());
    assertThat(steps()).containsSubsequence("outer works", "inner stop", "outer stop");
    if (place != Place.STANDALONE) {
      await(app.root.stop(Stage.REQUEST));
      assertThat(outcomeOf(place == Place.NESTED ? "orders" : "outer")).isEqualTo(Outcome.FAILED);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Place.class,
      names = {"COMPONENT", "NESTED"})
  void waitsForAForeignOneInAStopOfTheApplication(Place place) {
    started(place, new Node("outer", new Node("inner"), new Foreign()));
    await(app.root.stop(Stage.SIGTERM));
    assertThat(steps())
        .containsSubsequence("outer works", "inner drain", "inner stop", "outer stop")
        .containsSubsequence("foreign stopped", "outer stop");
    assertThat(outcomeOf(place == Place.NESTED ? "orders" : "outer")).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void asksWhatDependsOnTheComponentFirst() {
    String id = started(Place.COMPONENT, new Node("outer", new Node("inner"), new Foreign()));
    await(app.vertx.undeploy(id));
    assertThat(steps())
        .containsSubsequence("http drain", "http stop", "outer drain", "inner drain", "inner stop")
        .containsSubsequence("inner stop", "outer stop")
        .doesNotContain("base drain");
    assertThat(outcomeOf("outer")).isEqualTo(Outcome.CLEAN);
    await(app.root.stop(Stage.REQUEST));
    assertThat(steps()).endsWith("base drain", "base stop");
  }

  @Test
  void drainsOneAloneThatSomethingForeignAroundItTakesAlong() {
    Promise<String> foreign = Promise.promise();
    orders.start =
        () -> app.vertx.deployVerticle(new Foreign(new Node("inner"))).onComplete(foreign);
    app.add("orders", () -> orders);
    app.started();
    await(app.vertx.undeploy(await(foreign.future())));
    assertThat(steps())
        .containsExactly("inner drain", "inner works", "inner stop", "foreign stopped");
  }

  @Test
  void goesOnWithAStopThatComesInTheMiddle() {
    String id = started(Place.COMPONENT, new Node("outer", new Node("inner"), new Foreign()));
    Future<Void> undeployed = app.vertx.undeploy(id);
    await(app.root.stop(Stage.SIGTERM));
    await(undeployed);
    assertThat(steps())
        .containsSubsequence("outer works", "inner drain", "inner stop", "outer stop", "base drain")
        .containsSubsequence("foreign stopped", "outer stop");
    assertThat(outcomeOf("outer")).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void doesNotWaitForEverForAForeignOneThatNeverStops() {
    app.add("base", app::speaking, base -> base.releaseTimeout(Duration.ofSeconds(2)));
    app.add(
        "outer",
        () -> new Node("outer", new Node("inner"), new NeverStopping()),
        outer -> outer.dependsOn("base").releaseTimeout(Duration.ofSeconds(2)));
    app.started("5s");
    app.vertx.undeploy(app.deploymentOf("outer"));
    await(app.root.stop(Stage.SIGTERM));
    assertThat(outcomeOf("outer")).isEqualTo(Outcome.TIMED_OUT);
    assertThat(steps())
        .containsSubsequence("inner stop", "base drain", "base stop")
        .doesNotContain("outer stop");
  }

  /** Vert.x forgets what somebody undeploys at once, and so could its parent. */
  @ParameterizedTest
  @EnumSource(Place.class)
  void waitsForAForeignOneThatIsUndeployedAlone(Place place) {
    Promise<String> foreign = Promise.promise();
    Node outer =
        new Node("outer") {
          @Override
          protected Future<?> onStart() {
            return vertx.deployVerticle(new Foreign()).onComplete(foreign).compose(id -> begun());
          }
        };
    String id = started(place, outer);
    app.vertx.undeploy(await(foreign.future()));
    await(place == Place.STANDALONE ? app.vertx.undeploy(id) : app.root.stop(Stage.SIGTERM));
    assertThat(steps()).containsSubsequence("foreign stopped", "outer stop");
    if (place != Place.STANDALONE) {
      assertThat(outcomeOf(place == Place.NESTED ? "orders" : "outer")).isEqualTo(Outcome.CLEAN);
    }
  }

  @Test
  void waitsForAForeignOneInANestedOneThatIsUndeployedAlone() {
    String id = started(Place.NESTED, new Node("outer", new Foreign()));
    app.vertx.undeploy(id);
    await(app.root.stop(Stage.SIGTERM));
    assertThat(steps()).containsSubsequence("foreign stopped", "outer stop");
    assertThat(outcomeOf("orders")).isEqualTo(Outcome.CLEAN);
  }

  /** Vert.x goes on there only when the thread is free again. */
  @Test
  void waitsForACallerThatKeepsItsThreadBusy() {
    String id = started(Place.COMPONENT, new Node("outer", new Node("inner")));
    Promise<Future<Void>> asked = Promise.promise();
    CountDownLatch busy = new CountDownLatch(1);
    app.root.listen(
        event -> {
          if (event instanceof ComponentReleasing e && e.component().equals("outer")) {
            app.vertx.setTimer(1_500, timer -> busy.countDown());
          }
        });
    app.vertx.deployVerticle(
        new VerticleBase() {
          @Override
          public Future<?> start() throws Exception {
            asked.complete(app.vertx.undeploy(id));
            busy.await();
            return Future.succeededFuture();
          }
        },
        new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
    await(await(asked.future()));
    assertThat(outcomeOf("outer")).isEqualTo(Outcome.CLEAN);
  }
}
