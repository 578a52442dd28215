package io.github.vertxlifecycle.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

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
    json.put("outcome", report.outcome().name())
        .put("durationMs", report.durationMs())
        .put("components", components)
        .put("criticalPath", new JsonArray(report.criticalPath()))
        .put("longestWork", longest(report));
    ApplicationRun run = report.run();
    if (run != null) {
      add(json, run);
    }
    return json;
  }

  private static JsonArray longest(StopReport report) {
    JsonArray longest = new JsonArray();
    report
        .longestWork()
        .forEach(
            work ->
                longest.add(
                    new JsonObject()
                        .put("component", work.component())
                        .put("what", work.what())
                        .put("ageMs", work.ageMs())
                        .put("cut", work.cut())));
    return longest;
  }

  private static void add(JsonObject json, ApplicationRun run) {
    json.put("application", run.application());
    known(json, "version", run.version());
    known(json, "host", run.host());
    json.put("pid", run.pid());
    known(json, "started", StopText.time(run.started()));
    known(json, "begin", StopText.time(run.begin()));
    known(json, "end", StopText.time(run.end()));
  }

  private static void known(JsonObject json, String key, @Nullable String value) {
    if (value != null) {
      json.put(key, value);
    }
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
