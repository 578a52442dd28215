package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.LifecycleEvent.Stopped;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of stops is the same whoever asks, and whatever the components are made of. */
final class RootOrderTest {

  /** Also deployed by its name; tells the application that is under test. */
  public static final class ByName extends VerticleBase {
    @Override
    public Future<?> stop() {
      current.calls.add("by name stop");
      return Future.succeededFuture();
    }
  }

  private static volatile RecordedApp current;

  private boolean httpFails;

  private final RecordedApp app =
      new RecordedApp(
          declared -> {
            declared.add("postgres", () -> new RecordedApp.Speaking(calls()));
            declared.add("redis", this::verticleBase);
            declared.add("byName", ByName.class.getName()).dependsOn("postgres");
            declared.add("hits", this::abstractVerticle).dependsOn("postgres", "redis");
            declared.add("lambda", () -> lambda("lambda")).dependsOn("hits");
            declared.add("http", () -> lambda("http")).dependsOn("lambda", "byName", "postgres");
          });

  private RecordedApp.Calls calls() {
    return app.calls;
  }

  private Deployable verticleBase() {
    return new VerticleBase() {
      @Override
      public Future<?> stop() {
        calls().add("redis stop");
        return Future.succeededFuture();
      }
    };
  }

  private Deployable abstractVerticle() {
    return new AbstractVerticle() {
      @Override
      public void stop(Promise<Void> promise) {
        calls().add("hits stop");
        promise.complete();
      }
    };
  }

  private Deployable lambda(String name) {
    return new Deployable() {
      @Override
      public Future<?> deploy(Context context) {
        return httpFails && name.equals("http")
            ? Future.failedFuture("port taken")
            : Future.succeededFuture();
      }

      @Override
      public Future<?> undeploy(Context context) {
        calls().add(name + " stop");
        return Future.succeededFuture();
      }
    };
  }

  @BeforeEach
  void tellByName() {
    current = app;
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  private void everythingStoppedInOrder(String... first) {
    List<String> stopped = app.recorder.order(ComponentStopped.class);
    assertThat(stopped)
        .startsWith(first)
        .containsExactlyInAnyOrder("http", "byName", "lambda", "hits", "postgres", "redis")
        .containsSubsequence("http", "lambda", "hits", "postgres")
        .containsSubsequence("hits", "redis")
        .containsSubsequence("http", "byName", "postgres");
    assertThat(app.calls.lines().stream().filter(line -> line.endsWith(" stop")))
        .contains("hits stop", "redis stop", "by name stop", "postgres stop")
        .containsSubsequence("lambda stop", "hits stop", "redis stop")
        .containsSubsequence("by name stop", "postgres stop")
        .containsSubsequence("hits stop", "postgres stop")
        .doesNotHaveDuplicates();
    assertThat(app.recorder.all(Stopped.class)).hasSize(1);
  }

  private void onlyLeft(String... deployments) {
    assertThat(app.vertx.deploymentIDs()).containsExactlyInAnyOrder(deployments);
  }

  @Test
  void onRequest() {
    String id = app.started();
    await(app.root.stop(Stage.REQUEST));
    everythingStoppedInOrder("http");
    assertThat(app.recorder.lines()).startsWith("stop began: request");
    await(app.vertx.undeploy(id));
    onlyLeft();
  }

  @Test
  void onClose() {
    app.started();
    await(app.vertx.close());
    everythingStoppedInOrder("http");
    assertThat(app.recorder.lines()).startsWith("stop began: Vertx.close()");
  }

  @Test
  void onUndeployOfTheRoot() {
    String id = app.started();
    await(app.vertx.undeploy(id));
    everythingStoppedInOrder("http");
    assertThat(app.recorder.lines()).startsWith("stop began: undeploy");
    onlyLeft();
  }

  @Test
  void onUndeployOfOneComponentWhichLeavesTheOthersRunning() {
    String id = app.started();
    String redis = app.deploymentOf("redis");
    String postgres = app.deploymentOf("postgres");
    await(app.vertx.undeploy(app.deploymentOf("hits")));
    assertThat(app.recorder.order(ComponentStopped.class))
        .containsExactly("http", "lambda", "hits");
    assertThat(app.recorder.lines()).contains("http asked: undeploy of \"hits\"");
    assertThat(app.vertx.deploymentIDs()).contains(id, redis, postgres);

    await(app.vertx.undeploy(redis));
    assertThat(app.recorder.all(Stopped.class)).isEmpty();
    await(app.vertx.undeploy(id));
    everythingStoppedInOrder("http", "lambda", "hits", "redis", "byName", "postgres");
    onlyLeft();
  }

  @Test
  void onUndeployOfPostgresAloneWhichLeavesRedisRunning() {
    app.started();
    String redis = app.deploymentOf("redis");
    await(app.vertx.undeploy(app.deploymentOf("postgres")));
    assertThat(app.recorder.order(ComponentStopped.class))
        .containsExactlyInAnyOrder("http", "byName", "lambda", "hits", "postgres")
        .startsWith("http")
        .endsWith("postgres");
    assertThat(app.calls.lines()).doesNotContain("redis stop");
    assertThat(app.vertx.deploymentIDs()).contains(redis);
  }

  @Test
  void onAFailedStart() {
    httpFails = true;
    Throwable failure = awaitFailure(app.deploy());
    assertThat(failure)
        .isInstanceOf(StartFailedException.class)
        .hasMessage("component \"http\" did not start: port taken");
    everythingStoppedInOrder("http");
    assertThat(app.calls.lines()).doesNotContain("http stop");
  }

  /**
   * The undeploy's own future is not waited for: Vert.x completes it on an event loop that its
   * close may have ended by then, and on Vert.x 5.1 it then stays open, without any of ours, too.
   */
  @Test
  void onThreeStopsAtOnce() {
    String id = app.started();
    Future<Void> request = app.root.stop(Stage.REQUEST);
    app.vertx.undeploy(id).onFailure(alreadyClosed -> {});
    Future<Void> close = app.vertx.close();
    await(Future.join(List.of(request, close)));
    everythingStoppedInOrder("http");
  }
}
