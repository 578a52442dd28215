package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is left of a root in a Vert.x that goes on without it. */
final class RootUndeployedTest {

  private final Vertx vertx = Vertx.vertx();

  /** In a method of its own: nothing in the test may hold the root. */
  private WeakReference<RootVerticle> undeployedRoot() {
    RecordedApp app = new RecordedApp(vertx);
    app.addSpeaking("a");
    await(vertx.undeploy(app.started()));
    return new WeakReference<>(app.root);
  }

  @AfterEach
  void closeVertx() {
    await(vertx.close());
  }

  @Test
  void leavesNothingOfItself() {
    WeakReference<RootVerticle> root = undeployedRoot();
    for (int i = 0; i < 50 && root.get() != null; i++) {
      System.gc();
    }
    assertThat(root.get()).isNull();
  }
}
