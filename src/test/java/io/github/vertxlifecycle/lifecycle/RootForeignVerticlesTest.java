package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.vertx.VertxInside;
import io.vertx.core.Completable;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What verticles of Vert.x's own kinds leave open ends before their dependencies stop. */
@Tag("integration")
final class RootForeignVerticlesTest {

  private final RecordedApp app = new RecordedApp();

  private final AtomicInteger port = new AtomicInteger();
  private final AtomicLong timer = new AtomicLong();
  private final AtomicReference<String> seenByBase = new AtomicReference<>();

  /** Looks, when its dependents have stopped, at what they have left. */
  private final class LookingBase extends LifecycleVerticle {

    @Override
    protected Future<?> onDrain() {
      app.calls.add("base drain");
      return asked().onSuccess(answer -> seenByBase.set(answer + ", " + ticking()));
    }

    /**
     * Whether the server answers. Being connected says nothing: a selector of the JDK gives a
     * closed listener's socket back when it selects next, and until then the kernel still accepts.
     */
    private Future<String> asked() {
      return vertx
          .createHttpClient()
          .request(HttpMethod.GET, port.get(), "127.0.0.1", "/")
          .compose(HttpClientRequest::send)
          .transform(answer -> Future.succeededFuture(answer.failed() ? "no answer" : "answer"));
    }

    private String ticking() {
      return vertx.cancelTimer(timer.get()) ? "still ticking" : "no timer";
    }
  }

  /** Leaves the closing of its server and its timer to Vert.x, and of something that is slow. */
  private class Listening extends VerticleBase {
    @Override
    public Future<?> start() {
      VertxInside.addCloseHook(context, this::closeSlowly);
      timer.set(vertx.setPeriodic(1_000, id -> {}));
      return vertx
          .createHttpServer()
          .requestHandler(request -> request.response().end())
          .listen(0, "127.0.0.1")
          .onSuccess(this::notePort);
    }

    private void closeSlowly(Completable<Void> closed) {
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)
          .execute(
              () -> {
                app.calls.add("foreign closed");
                closed.succeed();
              });
    }

    private void notePort(HttpServer server) {
      port.set(server.actualPort());
    }
  }

  private final class ListeningAndFailing extends Listening {
    @Override
    public Future<?> start() {
      return super.start().compose(server -> Future.failedFuture("late"));
    }
  }

  /** Leaves the undeployment of its child to Vert.x. */
  private final class Parent extends VerticleBase {
    private final Deployable child;

    Parent(Deployable child) {
      this.child = child;
    }

    @Override
    public Future<?> start() {
      return vertx.deployVerticle(child);
    }

    @Override
    public Future<?> stop() {
      app.calls.add("foreign stop");
      return Future.succeededFuture();
    }
  }

  private final class SlowChild extends VerticleBase {
    @Override
    public Future<?> stop() {
      return vertx.timer(50).onComplete(v -> app.calls.add("child stop"));
    }
  }

  private static final class BrokenChild extends VerticleBase {
    @Override
    public Future<?> stop() {
      return Future.failedFuture("child broken");
    }
  }

  private void addForeign(Deployable verticle) {
    app.add("foreign", () -> verticle, component -> component.dependsOn("base"));
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void closesServersAndTimersBeforeTheirDependenciesStop() {
    app.add("base", LookingBase::new);
    addForeign(new Listening());
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(seenByBase).hasValue("no answer, no timer");
    assertThat(app.calls.lines()).containsExactly("foreign closed", "base drain");
  }

  @Test
  void closesServersAndTimersOfAFailedStartBeforeItsDependenciesStop() {
    app.add("base", LookingBase::new);
    addForeign(new ListeningAndFailing());
    assertThat(awaitFailure(app.deploy())).hasMessage("component \"foreign\" did not start: late");
    assertThat(seenByBase).hasValue("no answer, no timer");
    assertThat(app.calls.lines()).containsExactly("foreign closed", "base drain");
  }

  @Test
  void stopsChildrenBeforeTheirDependenciesStop() {
    app.addSpeaking("base");
    addForeign(new Parent(new SlowChild()));
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.calls.lines())
        .containsExactly("base announce", "child stop", "foreign stop", "base drain", "base stop");
  }

  @Test
  void stopsAParentWhoseChildFailsToStop() {
    app.addSpeaking("base");
    addForeign(new Parent(new BrokenChild()));
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.calls.lines())
        .filteredOn(line -> !line.equals("base announce")) // on its own thread, any time
        .endsWith("foreign stop", "base drain", "base stop");
    assertThat(app.recorder.lines()).contains("foreign FAILED: child broken");
  }
}
