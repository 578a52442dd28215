package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.FinishedWork;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentDraining;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentReleasing;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.vertx.VertxInside;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lifecycle verticles that a component has deployed itself. */
final class NestedVerticlesTest {

  private final RecordedApp app = new RecordedApp();
  private final Promise<Void> work = Promise.promise();
  private final Promise<Void> testEnded = Promise.promise();
  private final Child child = new Child();
  private final Scripted parent = app.scripted();

  /** Deployed by somebody else than a root; writes down its steps without the parent's name. */
  private class Child extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      track("write", work.future());
      return Future.succeededFuture();
    }

    @Override
    protected void onAnnounce() {
      app.calls.add(name() + " announce");
    }

    @Override
    protected Future<?> onDrain() {
      app.calls.add(name() + " drain");
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      app.calls.add(name() + " stop");
      return Future.succeededFuture();
    }
  }

  /** Deploys another one in its start. */
  private final class Middle extends Child {
    @Override
    protected Future<?> onStart() {
      return vertx.deployVerticle(child);
    }
  }

  private static final class ForeignMiddle extends VerticleBase {
    private final Deployable inner;

    ForeignMiddle(Deployable inner) {
      this.inner = inner;
    }

    @Override
    public Future<?> start() {
      return vertx.deployVerticle(inner);
    }
  }

  private static final class BrokenChild extends LifecycleVerticle {
    @Override
    protected Future<?> onStop() {
      return Future.failedFuture("disk full");
    }
  }

  private static final class StuckChild extends LifecycleVerticle {
    @Override
    protected Future<?> onDrain() {
      return Promise.promise().future();
    }
  }

  private final class NeverStopping extends LifecycleVerticle {
    @Override
    protected Future<?> onStop() {
      return testEnded.future();
    }
  }

  private final class Host extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      return vertx.deployVerticle(new NeverStopping());
    }
  }

  private static final class SlowForeign extends VerticleBase {
    @Override
    public Future<?> stop() {
      return vertx.timer(1_500);
    }
  }

  private final class Inner extends RootVerticle {
    @Override
    protected void components(Components root) {
      root.add("inside", app::speaking);
    }
  }

  private void parentDeploys(Supplier<Future<?>> deploys) {
    parent.start = deploys;
    app.addSpeaking("base");
    app.add("orders", () -> parent, component -> component.dependsOn("base"));
  }

  private void parentDeploys(Deployable nested, DeploymentOptions options) {
    parentDeploys(() -> app.vertx.deployVerticle(nested, options));
  }

  private void parentDeploys(Deployable nested) {
    parentDeploys(nested, new DeploymentOptions());
  }

  private void endWorkOnceDraining(String step) {
    app.root.listen(
        event -> {
          if (event instanceof ComponentDraining e && e.component().equals("orders")) {
            app.calls.add(step);
            app.vertx.setTimer(50, id -> work.complete());
          }
        });
  }

  private ComponentStopped orders() {
    return app.recorder.all(ComponentStopped.class).stream()
        .filter(event -> event.component().equals("orders"))
        .findFirst()
        .orElseThrow();
  }

  private List<String> callsWithoutAnnouncements() {
    return app.calls.lines().stream().filter(line -> !line.endsWith("announce")).toList();
  }

  private void stopsInOrder(String nested) {
    endWorkOnceDraining("work ends");
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(app.calls.lines()).contains(nested + " announce");
    assertThat(callsWithoutAnnouncements())
        .containsSubsequence(
            nested + " drain", nested + " stop", "orders stop", "base drain", "base stop");
    assertThat(callsWithoutAnnouncements()).containsSubsequence("orders drain", nested + " drain");
  }

  @AfterEach
  void closeVertx() {
    testEnded.complete();
    work.tryComplete();
    app.close();
  }

  @Test
  void drainsAChildWithinTheDrainOfItsParent() {
    parentDeploys(child);
    stopsInOrder("orders/Child");
  }

  /** Ends its work once it is asked to drain. */
  private final class EndingChild extends Child {
    @Override
    protected Future<?> onDrain() {
      vertx.runOnContext(v -> work.complete());
      return super.onDrain();
    }
  }

  @Test
  void tellsWhatTheWorkOfAChildTookThatItsDrainHasWaitedFor() {
    parentDeploys(new EndingChild());
    app.started();
    await(app.root.stop(Stage.REQUEST));

    assertThat(app.recorder.all(ComponentReleasing.class))
        .filteredOn(event -> event.component().equals("orders"))
        .flatExtracting(ComponentReleasing::longest)
        .extracting(FinishedWork::what)
        .containsExactly("orders/EndingChild: write");
  }

  @Test
  void drainsAChildOnAWorkerThread() {
    parentDeploys(child, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
    stopsInOrder("orders/Child");
  }

  @Test
  void drainsAGrandchild() {
    parentDeploys(new Middle());
    stopsInOrder("orders/Middle/Child");
    assertThat(callsWithoutAnnouncements())
        .containsSubsequence("orders/Middle/Child stop", "orders/Middle stop", "orders stop");
  }

  @Test
  void drainsAChildOfAForeignVerticleInBetween() {
    parentDeploys(new ForeignMiddle(child));
    stopsInOrder("orders/Child");
  }

  @Test
  void drainsAChildOfAForeignComponent() {
    app.addSpeaking("base");
    app.add("orders", () -> new ForeignMiddle(child), orders -> orders.dependsOn("base"));
    endWorkOnceDraining("work ends");
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(callsWithoutAnnouncements())
        .filteredOn(line -> !line.equals("work ends")) // said on another thread
        .containsExactly("orders/Child drain", "orders/Child stop", "base drain", "base stop");
  }

  @Test
  void drainsEveryInstance() {
    parentDeploys(
        () -> app.vertx.deployVerticle(Child::new, new DeploymentOptions().setInstances(3)));
    endWorkOnceDraining("work ends");
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(app.calls.lines()).filteredOn("orders/Child stop"::equals).hasSize(3);
    assertThat(app.calls.lines()).endsWith("orders stop", "base drain", "base stop");
  }

  @Test
  void drainsAChildOfAnApplicationThatItsVertxCloses() {
    parentDeploys(child);
    endWorkOnceDraining("work ends");
    app.started();
    await(app.vertx.close());
    assertThat(orders().outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(callsWithoutAnnouncements())
        .containsSubsequence("orders/Child stop", "orders stop", "base drain");
  }

  @Test
  void countsTheWorkOfAChild() {
    parentDeploys(child);
    endWorkOnceDraining("work ends");
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.all(ComponentDraining.class))
        .filteredOn(event -> event.component().equals("orders"))
        .extracting(ComponentDraining::inFlight)
        .containsExactly(1);
  }

  @Test
  void namesWorkOfAGrandchildThatIsCut() {
    parentDeploys(new Middle());
    app.started();
    Future<Void> stopped = app.root.stop(Stage.REQUEST);
    app.root.escalate("a test");
    await(stopped);
    assertThat(orders().outcome()).isEqualTo(Outcome.CUT);
    assertThat(orders().cut()).extracting(CutWork::what).contains("orders/Middle/Child: write");
    assertThat(callsWithoutAnnouncements())
        .containsSubsequence("orders/Middle/Child stop", "orders stop", "base drain");
  }

  @Test
  void namesADrainOfAChildThatNeverAnswers() {
    parent.start = () -> app.vertx.deployVerticle(new StuckChild());
    app.add(
        "orders",
        () -> parent,
        component ->
            component.drainTimeout(Duration.ofMillis(300)).releaseTimeout(Duration.ofMillis(300)));
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.CUT);
    assertThat(orders().cut())
        .extracting(CutWork::what)
        .containsExactly("orders/StuckChild: onDrain");
  }

  private String failureOfAStopThatHangsIn(Deployable nested) {
    parentDeploys(nested);
    await(
        app.deploy(
            new JsonObject()
                .put("lifecycle", new JsonObject().put("stopTimeout", "2s"))
                .put("orders", new JsonObject().put("releaseTimeout", "300ms"))
                .put("base", new JsonObject().put("releaseTimeout", "300ms"))));
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.TIMED_OUT);
    return String.valueOf(orders().failure());
  }

  @Test
  void namesAChildWhoseStopNeverEnds() {
    assertThat(failureOfAStopThatHangsIn(new NeverStopping()))
        .endsWith("orders/NeverStopping: onStop has not ended");
  }

  @Test
  void namesAGrandchildWhoseStopNeverEnds() {
    assertThat(failureOfAStopThatHangsIn(new Host()))
        .endsWith("orders/Host/NeverStopping: onStop has not ended");
  }

  @Test
  void namesWorkThatTheChildsOwnLimitCuts() {
    JsonObject config = new JsonObject().put("drainTimeout", "100ms");
    parentDeploys(child, new DeploymentOptions().setConfig(config));
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.CUT);
    assertThat(orders().cut()).extracting(CutWork::what).containsExactly("orders/Child: write");
  }

  @Test
  void namesAChildWhoseStopFails() {
    parentDeploys(new BrokenChild());
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(orders().failure()).hasMessage("\"orders/BrokenChild\": disk full");
    assertThat(app.calls.lines()).containsSubsequence("orders stop", "base drain", "base stop");
  }

  @Test
  void drainsAChildThatIsUndeployedAlone() {
    parentDeploys(() -> Future.succeededFuture());
    app.started();
    Promise<String> deployed = Promise.promise();
    parent.where().runOnContext(v -> app.vertx.deployVerticle(child).onComplete(deployed));
    String id = await(deployed.future());
    Future<Void> undeployed = app.vertx.undeploy(id);
    assertThat(undeployed.isComplete()).isFalse();
    work.complete();
    await(undeployed);
    assertThat(app.calls.lines()).containsExactly("orders/Child drain", "orders/Child stop");
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void stopsAChildOfAStartThatFailsBeforeTheDependenciesStop() {
    parentDeploys(() -> app.vertx.deployVerticle(child).compose(id -> Future.failedFuture("late")));
    work.complete();
    assertThat(awaitFailure(app.deploy())).hasMessage("component \"orders\" did not start: late");
    assertThat(callsWithoutAnnouncements())
        .containsSubsequence("orders/Child drain", "orders/Child stop", "base drain");
  }

  /** Begins something, makes something which that uses, and does not start. */
  private final class Migrating extends LifecycleVerticle {
    private final Supplier<Future<?>> answer;

    Migrating(Supplier<Future<?>> answer) {
      this.answer = answer;
    }

    @Override
    protected Future<?> onStart() {
      VertxInside.addCloseHook(
          context,
          closed -> {
            app.calls.add("closed");
            closed.succeed();
          });
      track("migration V7", work.future());
      return answer.get();
    }
  }

  private void migrates() {
    app.vertx.setTimer(
        400,
        id -> {
          app.calls.add("migrated");
          work.complete();
        });
  }

  @Test
  void keepsWhatAFailedStartOfAChildHasMadeUntilItsWorkHasEnded() {
    Migrating migrating = new Migrating(() -> Future.failedFuture("port taken"));
    parentDeploys(() -> app.vertx.deployVerticle(migrating));
    migrates();
    assertThat(awaitFailure(app.deploy()))
        .hasMessage("component \"orders\" did not start: port taken");
    assertThat(callsWithoutAnnouncements())
        .containsSubsequence("migrated", "closed", "base drain", "base stop");
  }

  /** Its component's time for the start is up before. */
  @Test
  void tellsWhyTheStartOfAChildFailedWhoseWorkIsWaitedFor() {
    Migrating migrating = new Migrating(() -> Future.failedFuture("port taken"));
    parent.start = () -> app.vertx.deployVerticle(migrating);
    app.add("orders", () -> parent, orders -> orders.startTimeout(Duration.ofMillis(300)));
    app.vertx.setTimer(600, id -> work.complete());
    assertThat(awaitFailure(app.deploy())).hasMessageContaining("port taken");
  }

  @Test
  void keepsTheFirstHundredOfWhatIsCutInService() {
    parentDeploys(() -> Future.succeededFuture());
    app.started();
    JsonObject config = new JsonObject().put("drainTimeout", "0s");
    for (int i = 0; i < 120; i++) {
      Promise<String> deployed = Promise.promise();
      parent
          .where()
          .runOnContext(
              v ->
                  app.vertx
                      .deployVerticle(new Child(), new DeploymentOptions().setConfig(config))
                      .onComplete(deployed));
      await(app.vertx.undeploy(await(deployed.future())));
    }
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.CUT);
    assertThat(orders().cut()).hasSize(100);
  }

  @Test
  void keepsWhatAStartOfAChildHasMadeThatDoesNotEnd() {
    Migrating migrating = new Migrating(() -> testEnded.future());
    parentDeploys(
        migrating,
        new DeploymentOptions().setConfig(new JsonObject().put("startTimeout", "100ms")));
    migrates();
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining("\"orders/Migrating\" did not start within 100 ms");
    assertThat(callsWithoutAnnouncements())
        .containsSubsequence("migrated", "closed", "base drain", "base stop");
  }

  @Test
  void namesTheWorkOfAFailedStartOfAChildThatIsCut() {
    Migrating migrating = new Migrating(() -> Future.failedFuture("port taken"));
    parentDeploys(
        migrating,
        new DeploymentOptions().setConfig(new JsonObject().put("drainTimeout", "100ms")));
    assertThat(awaitFailure(app.deploy()))
        .hasMessage("component \"orders\" did not start: port taken");
    assertThat(orders().cut())
        .extracting(CutWork::what)
        .containsExactly("orders/Migrating: migration V7");
    assertThat(orders().outcome()).isEqualTo(Outcome.CUT);
  }

  @Test
  void waitsForAForeignChildThatTakesLongerThanTheReserve() {
    parentDeploys(new SlowForeign());
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(orders().outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void refusesARootAsAComponent() {
    app.add("inner", Inner::new);
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining(
            "Inner is a root, which cannot be a component of another; add its components to this one");
  }

  @Test
  void refusesARootThatAComponentDeploys() {
    parentDeploys(new Inner());
    assertThat(awaitFailure(app.deploy()))
        .hasMessage(
            "component \"orders\" did not start: Inner is a root, which component \"orders\" cannot"
                + " deploy; add its components to the root of that component");
    assertThat(app.calls.lines()).doesNotContain("inside start");
  }
}
