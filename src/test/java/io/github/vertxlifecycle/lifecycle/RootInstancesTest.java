package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentDraining;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentReleasing;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.vertx.VertxInside;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Components of several instances, and on other threads than an event loop's. */
final class RootInstancesTest {

  private final RecordedApp app = new RecordedApp();

  private final List<Promise<Void>> requests = new CopyOnWriteArrayList<>();
  private final Promise<Integer> draining = Promise.promise();
  private final List<String> threads = new CopyOnWriteArrayList<>();
  private final CountDownLatch supplying = new CountDownLatch(1);
  private final CountDownLatch supplied = new CountDownLatch(1);
  private final Promise<Void> cutting = Promise.promise();

  /** Has a request in flight from its start on. */
  private final class Requested extends RecordedApp.Speaking {
    Requested() {
      super(app.calls);
    }

    @Override
    protected Future<?> onStart() {
      Promise<Void> request = Promise.promise();
      requests.add(request);
      track("request", request.future());
      return super.onStart();
    }
  }

  /** Writes down on what kind of thread each step runs, if it is its own context. */
  private final class NotingThreads extends LifecycleVerticle {

    private Future<?> note(String step) {
      Context here = Vertx.currentContext();
      threads.add(step + " " + (here == context ? here.threadingModel() : "elsewhere"));
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStart() {
      return note("start");
    }

    @Override
    protected void onAnnounce() {
      note("announce");
    }

    @Override
    protected Future<?> onDrain() {
      return note("drain");
    }

    @Override
    protected Future<?> onStop() {
      return note("stop");
    }
  }

  private void addNotingThreads(ThreadingModel model) {
    app.add(
        "one",
        NotingThreads::new,
        one -> one.options(new DeploymentOptions().setThreadingModel(model)));
  }

  private void countInFlight(LifecycleEvent event) {
    if (event instanceof ComponentDraining drain) {
      draining.tryComplete(drain.inFlight());
    }
    if (event instanceof ComponentReleasing) {
      cutting.tryComplete();
    }
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void drainsAndReleasesEveryInstance() {
    app.add("http", Requested::new, http -> http.instances(3));
    app.root.listen(this::countInFlight);
    await(app.deploy());
    Future<Void> stopped = app.root.stop(Stage.REQUEST);
    assertThat(await(draining.future())).isEqualTo(3);
    assertThat(requests).hasSize(3);
    assertThat(stopped.isComplete()).isFalse();
    requests.get(0).complete();
    requests.get(1).complete();
    assertThat(app.recorder.order(ComponentStopped.class)).isEmpty();
    requests.get(2).complete();
    await(stopped);
    assertThat(app.calls.lines()).filteredOn("http start"::equals).hasSize(3);
    assertThat(app.calls.lines()).filteredOn("http drain"::equals).hasSize(3);
    assertThat(app.calls.lines()).filteredOn("http stop"::equals).hasSize(3);
  }

  /** The supplier of the second instance, which goes on until the test lets it end. */
  private void addSlowlyMade() {
    AtomicInteger made = new AtomicInteger();
    app.addSpeaking("database");
    app.add(
        "http",
        () -> {
          if (made.incrementAndGet() == 2) {
            supplying.countDown();
            awaitUninterruptibly(supplied);
          }
          return app.speaking();
        },
        http -> http.instances(2).dependsOn("database"));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody let it end");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSupplierThatAStopMeetsUnderWayIsWaitedForAsAStartIs() {
    addSlowlyMade();
    app.root.listen(this::countInFlight);
    Future<String> deployed = app.deploy();
    awaitUninterruptibly(supplying);
    Future<Void> stopped = app.root.stop(Stage.REQUEST);
    assertThat(await(draining.future())).isEqualTo(1);
    assertThat(app.recorder.order(ComponentStopped.class)).isEmpty();
    supplied.countDown();
    await(stopped);
    awaitFailure(deployed);
    assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("http", "database");
    assertThat(app.calls.lines()).doesNotContain("http start");
    assertThat(app.root.timeline().outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void aSupplierThatDoesNotEndIsCutAndNamed() {
    addSlowlyMade();
    app.root.listen(this::countInFlight);
    Future<String> deployed = app.deploy();
    awaitUninterruptibly(supplying);
    Future<Void> stopped = app.root.stop(Stage.REQUEST);
    await(draining.future());
    app.root.escalate("the test");
    assertThat(app.root.timeline().component("http").outcome()).isNotEqualTo(Outcome.CLEAN);
    await(cutting.future());
    supplied.countDown();
    await(stopped);
    awaitFailure(deployed);
    assertThat(app.root.timeline().component("http").outcome()).isEqualTo(Outcome.CUT);
    assertThat(app.root.timeline().component("http").cut())
        .extracting(CutWork::what)
        .containsExactly("its supplier");
  }

  @Test
  void runsEveryStepOnTheComponentsOwnContextWhateverItsThreads() {
    addNotingThreads(ThreadingModel.WORKER);
    String id = app.started();
    await(app.vertx.undeploy(id));
    assertThat(threads)
        .containsExactly("start WORKER", "announce WORKER", "drain WORKER", "stop WORKER");
  }

  @Test
  void runsVirtualThreadComponentsWhereTheJvmHasThem() {
    addNotingThreads(ThreadingModel.VIRTUAL_THREAD);
    if (VertxInside.hasVirtualThreads(app.vertx)) {
      virtualThreadsRunEveryStep();
    } else {
      virtualThreadsAreRefused();
    }
  }

  private void virtualThreadsRunEveryStep() {
    String id = app.started();
    await(app.vertx.undeploy(id));
    assertThat(threads)
        .containsExactly(
            "start VIRTUAL_THREAD",
            "announce VIRTUAL_THREAD",
            "drain VIRTUAL_THREAD",
            "stop VIRTUAL_THREAD");
  }

  private void virtualThreadsAreRefused() {
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining("component \"one\" did not start:")
        .hasMessageContaining("does not support virtual threads");
  }

  @Test
  void refusesLessThanOneInstance() {
    app.add("none", app::speaking, none -> none.instances(0));
    assertThat(awaitFailure(app.deploy()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("none.instances");
  }
}
