package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work that a verticle tracks when its own drain has ended, and that of others has not. */
final class TrailingWorkTest {

  private final RecordedApp app = new RecordedApp();
  private final Promise<Void> request = Promise.promise();
  private final Promise<Void> trailing = Promise.promise();
  private final Scripted first = app.scripted();
  private final Scripted second = app.scripted();

  /** The second one's work in flight brings work to the first, which has drained before. */
  private void theSecondBringsWork() {
    first.drain =
        () -> {
          app.calls.add("first drained");
          return Future.succeededFuture();
        };
    second.start =
        () -> {
          second.tracks("request", request.future());
          return Future.succeededFuture();
        };
    second.drain =
        () -> {
          second.where().owner().setTimer(50, id -> first.where().runOnContext(v -> bring(first)));
          return Future.succeededFuture();
        };
  }

  private void bring(Scripted to) {
    to.tracks("write", trailing.future());
    app.calls.add("brought");
    request.tryComplete();
    app.vertx.setTimer(
        100,
        id -> {
          app.calls.add("written");
          trailing.tryComplete();
        });
  }

  /** Work without an end. */
  private void bringForEver(Scripted to) {
    to.tracks("write", Promise.promise().future());
    request.tryComplete();
  }

  private void inTwoInstances() {
    List<Scripted> both = List.of(second, first);
    app.addSpeaking("base");
    int[] made = {0};
    app.add("a", () -> both.get(made[0]++), a -> a.dependsOn("base").instances(2));
  }

  private void nestedIn(Scripted outer, Scripted inner) {
    Supplier<Future<?>> before = outer.start;
    outer.start = () -> app.vertx.deployVerticle(inner).compose(id -> before.get());
    app.addSpeaking("base");
    app.add("a", () -> outer, a -> a.dependsOn("base"));
  }

  private ComponentStopped stopped() {
    return app.recorder.all(ComponentStopped.class).stream()
        .filter(event -> event.component().equals("a"))
        .findFirst()
        .orElseThrow();
  }

  private void isWaitedFor() {
    app.started();
    await(app.root.stop(Stage.SIGTERM));
    assertThat(app.calls.lines())
        .containsSubsequence("first drained", "brought", "written", "base drain");
    assertThat(app.calls.lines()).filteredOn("a stop"::equals).allSatisfy(stop -> after("written"));
    assertThat(stopped().outcome()).isEqualTo(Outcome.CLEAN);
  }

  private void after(String line) {
    assertThat(app.calls.lines()).containsSubsequence(line, "a stop");
  }

  @AfterEach
  void closeVertx() {
    request.tryComplete();
    trailing.tryComplete();
    app.close();
  }

  @Test
  void isWaitedForInAnotherInstance() {
    theSecondBringsWork();
    inTwoInstances();
    isWaitedFor();
  }

  @Test
  void isWaitedForInTheVerticleAroundANestedOne() {
    theSecondBringsWork();
    nestedIn(first, second);
    isWaitedFor();
  }

  @Test
  void isNamedIfItIsCut() {
    theSecondBringsWork();
    second.drain =
        () -> {
          app.vertx.setTimer(50, id -> first.where().runOnContext(v -> bringForEver(first)));
          return Future.succeededFuture();
        };
    List<Scripted> both = List.of(second, first);
    int[] made = {0};
    app.add(
        "a", () -> both.get(made[0]++), a -> a.instances(2).releaseTimeout(Duration.ofSeconds(2)));
    app.started("4s");
    await(app.root.stop(Stage.SIGTERM));
    assertThat(stopped().outcome()).isEqualTo(Outcome.CUT);
    assertThat(stopped().cut()).extracting(CutWork::what).containsExactly("write");
  }

  @Test
  void ofAStopIsWaitedFor() {
    first.stop =
        () -> {
          bring(first);
          return Future.succeededFuture();
        };
    nestedIn(second, first);
    app.started();
    await(app.root.stop(Stage.SIGTERM));
    assertThat(app.calls.lines()).containsSubsequence("brought", "written", "a stop", "base drain");
    assertThat(stopped().outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void ofAStopThatFollowsACutDrainIsWaitedFor() {
    second.start =
        () -> {
          second.tracks("for ever", Promise.promise().future());
          return Future.succeededFuture();
        };
    second.stop =
        () -> {
          bring(second);
          return Future.succeededFuture();
        };
    app.addSpeaking("base");
    app.add("a", () -> second, a -> a.dependsOn("base").drainTimeout(Duration.ofMillis(200)));
    app.started();
    await(app.root.stop(Stage.SIGTERM));
    assertThat(app.calls.lines()).containsSubsequence("brought", "written", "base drain");
    assertThat(stopped().outcome()).isEqualTo(Outcome.CUT);
    assertThat(stopped().cut()).extracting(CutWork::what).containsExactly("for ever");
  }

  @Test
  void ofAStopIsNamedIfItDoesNotEnd() {
    first.stop =
        () -> {
          bringForEver(first);
          return Future.succeededFuture();
        };
    app.add("a", () -> first, a -> a.releaseTimeout(Duration.ofMillis(500)));
    app.started("2s");
    await(app.root.stop(Stage.SIGTERM));
    assertThat(stopped().outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(stopped().failure()).hasMessageContaining("write has not ended");
  }

  @Test
  void ofAVerticleDeployedByHandIsWaitedFor() {
    theSecondBringsWork();
    second.stop =
        () -> {
          app.calls.add("second stop");
          return Future.succeededFuture();
        };
    first.start = () -> app.vertx.deployVerticle(second);
    String id = await(app.vertx.deployVerticle(first));
    await(app.vertx.undeploy(id));
    assertThat(app.calls.lines())
        .containsSubsequence("first drained", "brought", "written", "second stop", "Scripted stop");
  }

  @Test
  void ofAVerticleDeployedByHandIsNamedIfItIsCut() {
    theSecondBringsWork();
    second.drain =
        () -> {
          app.vertx.setTimer(50, id -> first.where().runOnContext(v -> bringForEver(first)));
          return Future.succeededFuture();
        };
    first.start = () -> app.vertx.deployVerticle(second);
    JsonObject config = new JsonObject().put("drainTimeout", "500ms");
    String id = await(app.vertx.deployVerticle(first, new DeploymentOptions().setConfig(config)));
    assertThat(awaitFailure(app.vertx.undeploy(id))).hasMessageContaining("\"Scripted\" CUT");
  }

  @Test
  void afterTheStopKeepsNobodyWaiting() {
    first.provides(Runnable.class, () -> {});
    app.add("a", () -> first);
    app.started();
    await(app.root.stop(Stage.SIGTERM));
    Future<Void> late = first.tracks("late", Future.succeededFuture());
    assertThat(late.succeeded()).isTrue();
    assertThat(stopped().outcome()).isEqualTo(Outcome.CLEAN);
  }

  /** Each step begins when the one before has ended, in the call that ends it. */
  private Future<Void> steps(Scripted to, int left) {
    Promise<Void> step = Promise.promise();
    app.vertx.setTimer(20, id -> step.complete());
    return to.tracks("step", step.future())
        .compose(v -> left == 0 ? Future.succeededFuture() : steps(to, left - 1));
  }

  private void stepsOnceItDrains(Scripted from, Scripted to) {
    from.start =
        () -> {
          from.tracks("request", request.future())
              .compose(v -> steps(to, 4))
              .onComplete(done -> app.calls.add("all written"));
          return Future.succeededFuture();
        };
    from.drain =
        () -> {
          app.vertx.setTimer(50, id -> request.complete());
          return Future.succeededFuture();
        };
  }

  private void writesAll() {
    app.started();
    await(app.root.stop(Stage.SIGTERM));
    assertThat(app.calls.lines())
        .filteredOn(line -> line.endsWith("stop") || line.equals("all written"))
        .startsWith("all written");
    assertThat(app.calls.lines()).contains("all written");
    assertThat(stopped().outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void thatFollowsWorkInTheSameVerticleIsWaitedFor() {
    stepsOnceItDrains(first, first);
    app.add("a", () -> first);
    writesAll();
  }

  @Test
  void thatFollowsWorkOfAnotherInstanceIsWaitedFor() {
    stepsOnceItDrains(second, first);
    inTwoInstances();
    writesAll();
  }

  @Test
  void thatFollowsWorkOfANestedVerticleIsWaitedFor() {
    stepsOnceItDrains(second, first);
    nestedIn(first, second);
    writesAll();
  }

  @Test
  void thatFollowsWorkOfAVerticleDeployedByHandIsWaitedFor() {
    stepsOnceItDrains(first, first);
    String id = await(app.vertx.deployVerticle(first));
    await(app.vertx.undeploy(id));
    assertThat(app.calls.lines()).endsWith("all written", "Scripted stop");
  }

  @Test
  void thatIsCountedAsAPartIsWaitedFor() {
    theSecondBringsWork();
    second.drain =
        () -> {
          app.vertx.setTimer(
              50,
              id -> {
                first.counts("write", () -> app.vertx.timer(100)).onComplete(done -> written());
                request.complete();
              });
          return Future.succeededFuture();
        };
    inTwoInstances();
    app.started();
    await(app.root.stop(Stage.SIGTERM));
    assertThat(app.calls.lines())
        .filteredOn(line -> line.equals("written") || line.endsWith("stop"))
        .startsWith("written")
        .hasSize(4);
    assertThat(stopped().outcome()).isEqualTo(Outcome.CLEAN);
  }

  private void written() {
    app.calls.add("written");
  }
}
