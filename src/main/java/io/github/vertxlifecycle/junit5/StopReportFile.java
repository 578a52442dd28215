package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.report.ApplicationRun;
import io.github.vertxlifecycle.report.StopReport;
import io.github.vertxlifecycle.report.StopReport.ComponentReport;
import io.github.vertxlifecycle.report.StopReport.LongWork;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The report of a stop as a process has left it in a file. */
final class StopReportFile {

  private StopReportFile() {}

  /** Reads it; null if there is none. */
  static @Nullable StopReport read(Path file) throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return null;
    }
    return report(new JsonObject(Files.readString(file)));
  }

  /** The reverse of {@link StopReport#toJson()}. */
  static StopReport report(JsonObject json) {
    return new StopReport(
        json.getString("reason"),
        json.getInteger("exitCode"),
        Outcome.valueOf(json.getString("outcome")),
        json.getLong("durationMs"),
        all(json.getJsonArray("components"), StopReportFile::component),
        json.getJsonArray("criticalPath").stream().map(String.class::cast).toList(),
        all(json.getJsonArray("longestWork"), StopReportFile::work),
        json.containsKey("application") ? run(json) : null);
  }

  private static <T> List<T> all(JsonArray array, Function<JsonObject, T> read) {
    return array.stream().map(one -> read.apply((JsonObject) one)).toList();
  }

  private static ComponentReport component(JsonObject json) {
    return new ComponentReport(
        json.getString("name"),
        Outcome.valueOf(json.getString("outcome")),
        json.getLong("waitedMs"),
        json.getLong("drainedMs"),
        json.getLong("releasedMs"),
        all(json.getJsonArray("cut"), StopReportFile::cut),
        json.getString("failure"));
  }

  private static CutWork cut(JsonObject json) {
    return new CutWork(json.getString("what"), Duration.ofMillis(json.getLong("ageMs")));
  }

  private static LongWork work(JsonObject json) {
    return new LongWork(
        json.getString("component"),
        json.getString("what"),
        json.getLong("ageMs"),
        json.getBoolean("cut"));
  }

  private static ApplicationRun run(JsonObject json) {
    return new ApplicationRun(
        json.getString("application"),
        json.getString("version"),
        json.getString("host"),
        json.getLong("pid"),
        instant(json, "started"),
        instant(json, "begin"),
        instant(json, "end"));
  }

  private static @Nullable Instant instant(JsonObject json, String key) {
    String text = json.getString(key);
    return text == null ? null : Instant.parse(text);
  }
}
