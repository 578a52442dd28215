package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentDraining;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.vertx.VertxInside;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Components of several instances, and on other threads than an event loop's. */
final class RootInstancesTest {

  private final RecordedApp app = new RecordedApp();

  private final List<Promise<Void>> requests = new CopyOnWriteArrayList<>();
  private final Promise<Integer> draining = Promise.promise();
  private final List<String> threads = new CopyOnWriteArrayList<>();

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
      draining.complete(drain.inFlight());
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
