package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleEvent.LateUse;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.work.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work that comes to a component which is stopping. */
final class LateWorkTest {

  private final RecordedApp app = new RecordedApp();
  private final Counter counter = new Counter();

  private final Promise<String> answer = Promise.promise();
  private final Promise<LateUse> reported = Promise.promise(); // on whatever thread tells it

  /** A counter that others reach without having declared it, through a static, say. */
  private static class Counter extends LifecycleVerticle {
    Future<String> next() {
      return admit("next()", () -> Future.succeededFuture("1"));
    }
  }

  /** Counts once more when it is to take no new work. */
  private final class CounterThatGoesOn extends Counter {
    @Override
    protected Future<?> onDrain() {
      next().onComplete(answer);
      return Future.succeededFuture();
    }
  }

  private void hear(LifecycleEvent event) {
    if (event instanceof LateUse use) {
      reported.complete(use);
    }
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void isRefusedWithBothNamesAndReported() {
    Scripted late = app.scripted();
    app.add("counter", () -> counter);
    app.add("late", () -> late);
    app.root.listen(this::hear);
    app.started();
    assertThat(await(counter.next())).isEqualTo("1");
    await(app.vertx.undeploy(app.deploymentOf("counter")));
    late.where().runOnContext(v -> counter.next().onComplete(answer));
    assertThat(awaitFailure(answer.future()))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "component \"counter\" refuses next(): it is stopping; it was used by \"late\","
                + " which must declare dependsOn(\"counter\") to be stopped first");
    LateUse use = await(reported.future());
    assertThat(use.component()).isEqualTo("counter");
    assertThat(use.user()).isEqualTo("late");
    assertThat(use.left()).isNull();
  }

  @Test
  void isRefusedAsLeftOverFromADeclaredDependentThatHasStopped() {
    Scripted dependent = app.scripted();
    app.add("counter", () -> counter);
    app.add("orders", () -> dependent, orders -> orders.dependsOn("counter"));
    app.root.listen(this::hear);
    app.started();
    await(app.vertx.undeploy(app.deploymentOf("counter")));
    dependent.where().runOnContext(v -> counter.next().onComplete(answer));
    assertThat(awaitFailure(answer.future()))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "component \"counter\" refuses next(): it is stopping; this is work left over from"
                + " \"orders\", which has stopped (CLEAN): only work that \"orders\" tracks is waited for");
    assertThat(await(reported.future()).left()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void isLeftOverFromOneThatDependsThroughOthers() {
    Scripted dependent = app.scripted();
    app.add("counter", () -> counter);
    app.add("middle", app::scripted, middle -> middle.dependsOn("counter"));
    app.add("orders", () -> dependent, orders -> orders.dependsOn("middle"));
    app.root.listen(this::hear);
    app.started();
    await(app.vertx.undeploy(app.deploymentOf("counter")));
    dependent.where().runOnContext(v -> counter.next().onComplete(answer));
    assertThat(awaitFailure(answer.future()))
        .hasMessage(
            "component \"counter\" refuses next(): it is stopping; this is work left over from"
                + " \"orders\", which has stopped (CLEAN): only work that \"orders\" tracks is waited for");
    assertThat(await(reported.future()).left()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void ofTheComponentItselfIsRefusedAndNotReported() {
    app.add("counter", CounterThatGoesOn::new);
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(awaitFailure(answer.future()))
        .hasMessage("component \"counter\" refuses next(): it is stopping");
    assertThat(app.recorder.all(LateUse.class)).isEmpty();
  }
}
