package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lifecycle verticle that was deployed by hand, without a root. */
final class StandaloneVerticleTest {

  private final RecordedApp.Calls calls = new RecordedApp.Calls();
  private final Scripted scripted = new Scripted(calls);
  private final Promise<String> job = Promise.promise();
  private final Vertx vertx = Vertx.vertx();

  /** Has a job in flight from its start on. */
  private final class Employed extends RecordedApp.Speaking {
    Employed() {
      super(StandaloneVerticleTest.this.calls);
    }

    @Override
    protected Future<?> onStart() {
      track("job", job.future());
      return super.onStart();
    }
  }

  private Future<String> deploy(LifecycleVerticle verticle, JsonObject config) {
    return vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config));
  }

  private Future<String> deploy(LifecycleVerticle verticle) {
    return deploy(verticle, new JsonObject());
  }

  @AfterEach
  void closeVertx() {
    await(vertx.close());
  }

  @Test
  void drainsBeforeItReleases() {
    String id = await(deploy(new Employed()));
    Future<Void> undeployed = vertx.undeploy(id);
    Promise<Void> seen = Promise.promise();
    vertx.runOnContext(v -> seen.complete());
    await(seen.future());
    assertThat(undeployed.isComplete()).isFalse();
    job.complete("done");
    await(undeployed);
    assertThat(calls.lines())
        .containsExactly("Employed start", "Employed announce", "Employed drain", "Employed stop");
  }

  @Test
  void cutsWhatIsLeftAtItsTimeoutAndSaysSo() {
    JsonObject config = new JsonObject().put("stopTimeout", "6s").put("releaseTimeout", "5s");
    String id = await(deploy(new Employed(), config));
    assertThat(awaitFailure(vertx.undeploy(id)))
        .isInstanceOf(StopFailedException.class)
        .hasMessage("not every component stopped well: \"Employed\" CUT");
    assertThat(calls.lines()).endsWith("Employed drain", "Employed stop");
  }

  @Test
  void namesADrainThatHasNotAnsweredAndDoesNotStopBesideIt() {
    scripted.drain = () -> Future.future(never -> {});
    JsonObject config =
        new JsonObject().put("drainTimeout", "200ms").put("releaseTimeout", "200ms");
    String id = await(deploy(scripted, config));
    assertThat(awaitFailure(vertx.undeploy(id)))
        .hasMessage(
            "not every component stopped well: \"Scripted\" CUT (onDrain has not ended, so the"
                + " release could not begin)");
    assertThat(calls.lines()).doesNotContain("Scripted stop");
  }

  @Test
  void failsTheStartWithItsCauseAndDoesNotStop() {
    scripted.start = () -> Future.failedFuture("no disk");
    assertThat(awaitFailure(deploy(scripted)))
        .hasMessage("component \"Scripted\" did not start: no disk");
    assertThat(calls.lines()).isEmpty();
  }

  @Test
  void isNamedByItsBinaryNameIfItsClassIsAnonymous() {
    LifecycleVerticle anonymous =
        new RecordedApp.Speaking(calls) {
          @Override
          protected Future<?> onStart() {
            return Future.failedFuture("no disk");
          }
        };
    assertThat(awaitFailure(deploy(anonymous)))
        .hasMessageMatching("component \"StandaloneVerticleTest[^\"]+\" did not start: no disk");
  }

  @Test
  void refusesAConfigurationWithProblemsAllAtOnce() {
    JsonObject config =
        new JsonObject().put("stopTimeout", "soon").put("drainTimeout", new JsonObject());
    assertThat(awaitFailure(deploy(new Employed(), config)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Employed.stopTimeout: \"soon\" is not a duration")
        .hasMessageContaining("Employed.drainTimeout: must be a duration such as 25s");
  }

  @Test
  void refusesAReleaseThatDoesNotFitItsTimeout() {
    JsonObject config = new JsonObject().put("stopTimeout", "1s").put("releaseTimeout", "2s");
    assertThat(awaitFailure(deploy(new Employed(), config)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "Employed.stopTimeout: 1 s is not enough for releaseTimeout (2 s);"
                + " raise stopTimeout or lower releaseTimeout");
  }

  @Test
  void hasNothingToUse() {
    scripted.start = () -> Future.succeededFuture(scripted.uses("pool", String.class));
    assertThat(awaitFailure(deploy(scripted)))
        .hasMessageContaining(
            "Scripted was deployed by hand, so there is no component \"pool\" to use;"
                + " deploy it under a RootVerticle");
  }
}
