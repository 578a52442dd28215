package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.config.Problem;
import io.vertx.core.json.JsonObject;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files that a stop is to write, as the configuration names them. */
final class ReportFiles {

  /** Every key of the section {@code lifecycle} that names a file to be written. */
  private static final List<String> KEYS = List.of("reportFile", "reportSvg");

  private ReportFiles() {}

  /** Whether that names a file: an environment variable that is empty means none. */
  static boolean isNamed(@Nullable String file) {
    return file != null && !file.isBlank();
  }

  /**
   * Holds every file that is named against the system, see {@link ReportFile#problem}.
   *
   * @param configuration the whole, which may be wrong in other ways
   * @return what stands in the way of writing them
   */
  static List<Problem> problems(JsonObject configuration) {
    List<Problem> problems = new ArrayList<>();
    if (configuration.getValue("lifecycle") instanceof JsonObject section) {
      Map<String, ReportFile> files = new LinkedHashMap<>();
      for (String key : KEYS) {
        if (section.getValue(key) instanceof String named && isNamed(named)) {
          String problem = problem(key, named, files);
          if (problem != null) {
            problems.add(new Problem("lifecycle." + key, problem));
          }
        }
      }
    }
    return problems;
  }

  private static @Nullable String problem(
      String key, String named, Map<String, ReportFile> before) {
    try {
      ReportFile file = ReportFile.of(named);
      for (Map.Entry<String, ReportFile> other : before.entrySet()) {
        if (file.isSameAs(other.getValue())) {
          return "%s is the file of lifecycle.%s already; name another"
              .formatted(file, other.getKey());
        }
      }
      before.put(key, file);
      return file.problem();
    } catch (InvalidPathException e) {
      return "is not the name of a file: " + e.getMessage();
    }
  }
}
