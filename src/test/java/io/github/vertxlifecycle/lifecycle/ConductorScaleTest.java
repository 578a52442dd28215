package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.graph.RandomGraphs;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work that must not grow with the square of the components. */
final class ConductorScaleTest {

  private static final int COMPONENTS = 50_000;

  /** As Vert.x does when it forgets the deployment of one. The limit is a hundred times enough. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void anUndeployOfEachOneThatHasStoppedCostsNothing() {
    Stage stage = Stage.of(RandomGraphs.chain(COMPONENTS));
    stage.listener(
        event -> {
          if (event instanceof ComponentStopped stopped) {
            stage.conductor().stop(stopped.component(), Stage.REQUEST);
          }
        });
    stage.stopTimeout(Duration.ofDays(1));
    stage.started();

    Future<Void> stopped = stage.stop();

    assertThat(stopped.succeeded()).isTrue();
  }
}
