package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * An application whose components and their misdeeds are said in its configuration: {@code script {
 * a { start = throw }, b { dependsOn = [a], stop = never } }}. One without a script has one
 * component, {@code only}, that does nothing wrong.
 */
class ScriptedApp extends RootVerticle {

  @Override
  protected void components(Components app) {
    JsonObject script = app.config().getJsonObject("script", new JsonObject().put("only", "{}"));
    for (String name : script.fieldNames()) {
      JsonObject deeds = script.getValue(name) instanceof JsonObject said ? said : new JsonObject();
      String[] dependencies =
          deeds.getJsonArray("dependsOn", new JsonArray()).stream()
              .map(Object::toString)
              .toArray(String[]::new);
      app.add(deeds.getString("named", name), () -> new ScriptedVerticle(name, deeds))
          .dependsOn(dependencies)
          .releaseTimeout(Duration.ofSeconds(10)); // the machine may be very busy
    }
  }
}
