package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.VerticleBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One verticle instance in several places, or deployed several times. */
final class SharedInstanceTest {

  private final RecordedApp app = new RecordedApp();
  private final RecordedApp.Speaking shared = app.speaking();
  private final Foreign foreign = new Foreign();

  private static final class Foreign extends VerticleBase {}

  private final LifecycleVerticle anonymous = new LifecycleVerticle() {};

  private static final class Alone extends LifecycleVerticle {}

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void underTwoNamesIsRefusedByBoth() {
    app.add("one", () -> shared);
    app.add("two", () -> shared);
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining(
            "the supplier of \"two\" returned the same Speaking as that of \"one\"");
    assertThat(app.calls.lines()).isEmpty();
  }

  @Test
  void ofAForeignVerticleUnderTwoNamesIsRefusedByBoth() {
    app.add("one", () -> foreign);
    app.add("two", () -> foreign);
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining(
            "the supplier of \"two\" returned the same Foreign as that of \"one\"");
  }

  @Test
  void ofAnAnonymousClassHasANameInTheMessage() {
    app.add("one", () -> anonymous);
    app.add("two", () -> anonymous);
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining(
            "the supplier of \"two\" returned the same SharedInstanceTest$1 as that of \"one\"");
  }

  @Test
  void forSeveralInstancesIsRefusedByName() {
    app.add("one", () -> shared, one -> one.instances(2));
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining(
            "component \"one\" did not start: the supplier of \"one\" returned the same Speaking"
                + " twice");
    assertThat(app.calls.lines()).doesNotContain("one start");
  }

  @Test
  void ofAForeignVerticleForSeveralInstancesIsRefusedByName() {
    app.add("one", () -> foreign, one -> one.instances(2));
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining("the supplier of \"one\" returned the same Foreign twice");
  }

  @Test
  void deployedAgainByHandIsRefused() {
    Alone alone = new Alone();
    await(app.vertx.undeploy(await(app.vertx.deployVerticle(alone))));
    assertThat(awaitFailure(app.vertx.deployVerticle(alone)))
        .hasMessage(
            "this Alone was deployed before, and an instance is good for one deployment; deploy a"
                + " new one");
  }

  @Test
  void ofAComponentDeployedAgainByHandIsRefused() {
    app.add("one", () -> shared);
    await(app.vertx.undeploy(app.started()));
    assertThat(awaitFailure(app.vertx.deployVerticle(shared)))
        .hasMessageContaining("this Speaking was deployed before");
    assertThat(app.calls.lines()).doesNotContain("one start");
  }

  @Test
  void deployedByHandAndThenAsAComponentIsRefusedByName() {
    await(app.vertx.undeploy(await(app.vertx.deployVerticle(shared))));
    app.add("one", () -> shared);
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining("component \"one\" did not start: this Speaking was deployed before");
  }

  @Test
  void ofARootDeployedAgainIsRefused() {
    app.add("one", app::speaking);
    await(app.vertx.undeploy(app.started()));
    assertThat(awaitFailure(app.deploy()))
        .hasMessageContaining("was started before, and is good for one start; deploy a new one");
  }

  @Test
  void ofAForeignVerticleDeployedAgainWorks() {
    await(app.vertx.undeploy(await(app.vertx.deployVerticle(foreign))));
    app.add("one", () -> foreign);
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThat(app.recorder.lines()).contains("one CLEAN");
  }
}
