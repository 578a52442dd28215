package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An application whose components and their misdeeds are said in its configuration: {@code script {
 * a { start = throw }, b { dependsOn = [a], stop = never } }}. One without a script has one
 * component, {@code only}, that does nothing wrong.
 */
class ScriptedApp extends RootVerticle {

  private static void block(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.StopBegan) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  protected void components(Components app) {
    JsonObject script = app.config().getJsonObject("script", new JsonObject().put("only", "{}"));
    for (String name : script.fieldNames()) {
      JsonObject deeds = script.getValue(name) instanceof JsonObject said ? said : new JsonObject();
      String[] dependencies =
          deeds.getJsonArray("dependsOn", new JsonArray()).stream()
              .map(Object::toString)
              .toArray(String[]::new);
      ThreadingModel threads = ThreadingModel.valueOf(deeds.getString("threads", "EVENT_LOOP"));
      AtomicInteger made = new AtomicInteger();
      app.add(
              deeds.getString("named", name),
              () -> {
                if (made.incrementAndGet() == deeds.getInteger("exitInSupplier", 0)) {
                  System.exit(3);
                }
                return new ScriptedVerticle(name, deeds);
              })
          .instances(deeds.getInteger("instances", 1))
          .options(new DeploymentOptions().setThreadingModel(threads))
          .dependsOn(dependencies)
          .releaseTimeout(Duration.ofSeconds(10)); // the machine may be very busy
    }
    if (app.config().getBoolean("listenerBlocks", false)) {
      listen(ScriptedApp::block);
    }
  }
}
