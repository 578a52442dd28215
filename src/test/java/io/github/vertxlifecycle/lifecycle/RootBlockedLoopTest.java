package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.vertx.VertxInside;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stops in a Vert.x of which an event loop is of no use any more. */
final class RootBlockedLoopTest {

  private final RecordedApp app = new RecordedApp(8);
  private final RecordedApp onOneLoop = new RecordedApp(1);
  private final CountDownLatch forEver = new CountDownLatch(1);

  private final class Blocked extends VerticleBase {
    @Override
    public Future<?> stop() throws Exception {
      forEver.await();
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void unblockAndClose() {
    forEver.countDown();
    app.close();
    onOneLoop.close();
  }

  @Test
  void releasesTheOthersWhenOneBlocksItsEventLoopForEver() {
    app.addSpeaking("base");
    app.add(
        "blocked",
        Blocked::new,
        blocked -> blocked.dependsOn("base").releaseTimeout(Duration.ofMillis(300)));
    app.addSpeaking("http", "blocked");
    String id = app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.lines())
        .containsSubsequence("http CLEAN", "blocked TIMED_OUT", "base CLEAN", "stopped");
    assertThat(awaitFailure(app.vertx.undeploy(id)))
        .hasMessage("not every component stopped well: \"blocked\" TIMED_OUT");
  }

  @Test
  void isOverInTimeWhenTheOnlyEventLoopIsBlockedForEver() {
    onOneLoop.add("base", onOneLoop::speaking, base -> base.releaseTimeout(Duration.ofMillis(100)));
    onOneLoop.add(
        "blocked",
        Blocked::new,
        blocked -> blocked.dependsOn("base").releaseTimeout(Duration.ofMillis(100)));
    onOneLoop.add(
        "http",
        onOneLoop::speaking,
        http -> http.dependsOn("blocked").releaseTimeout(Duration.ofMillis(1_500)));
    JsonObject lifecycle = new JsonObject().put("stopTimeout", "2s");
    await(onOneLoop.deploy(new JsonObject().put("lifecycle", lifecycle)));
    await(onOneLoop.root.stop(Stage.REQUEST));
    assertThat(onOneLoop.recorder.lines())
        .containsSubsequence("http CLEAN", "blocked TIMED_OUT", "stopped");
    Promise<Void> undeployed = Promise.promise();
    onOneLoop.root.stop(undeployed); // as Vert.x would, had it a thread left
    assertThat(awaitFailure(undeployed.future())).hasMessageContaining("\"blocked\" TIMED_OUT");
  }

  /** A transport's bug ends an event loop, or an error that Netty does not survive. */
  @Test
  void stopsAlsoAComponentWhoseEventLoopHasEnded() {
    Scripted doomed = app.scripted();
    app.addSpeaking("base");
    app.add("doomed", () -> doomed, component -> component.dependsOn("base"));
    app.started();
    EventLoop loop = VertxInside.eventLoop(doomed.where());
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.lines()).contains("doomed FAILED: its event loop has ended");
    assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("doomed", "base");
  }
}
