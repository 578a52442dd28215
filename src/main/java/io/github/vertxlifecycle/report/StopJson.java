package io.github.vertxlifecycle.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The report as JSON. */
final class StopJson {

  private StopJson() {}

  static JsonObject of(StopReport report) {
    JsonArray components = new JsonArray();
    report.components().forEach(one -> components.add(component(one)));
    JsonObject json = new JsonObject().put("reason", report.reason());
    if (report.exitCode() != null) {
      json.put("exitCode", report.exitCode());
    }
    return json.put("outcome", report.outcome().name())
        .put("durationMs", report.durationMs())
        .put("components", components)
        .put("criticalPath", new JsonArray(report.criticalPath()));
  }

  private static JsonObject component(StopReport.ComponentReport component) {
    JsonArray cut = new JsonArray();
    component
        .cut()
        .forEach(
            work ->
                cut.add(
                    new JsonObject().put("what", work.what()).put("ageMs", work.age().toMillis())));
    JsonObject json =
        new JsonObject()
            .put("name", component.name())
            .put("outcome", component.outcome().name())
            .put("waitedMs", component.waitedMs())
            .put("drainedMs", component.drainedMs())
            .put("releasedMs", component.releasedMs())
            .put("cut", cut);
    if (component.failure() != null) {
      json.put("failure", component.failure());
    }
    return json;
  }
}
