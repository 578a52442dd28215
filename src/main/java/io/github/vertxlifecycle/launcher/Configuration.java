package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.config.Problem;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that was read, with where each value stands.
 *
 * @param json all keys and values
 * @param origins {@code FILE:LINE} by path; {@code environment variable NAME} for what came from
 *     there
 */
record Configuration(JsonObject json, Map<String, String> origins) {

  /** No configuration: all defaults. */
  static final Configuration NONE = new Configuration(new JsonObject(), Map.of());

  /**
   * Reads what a flag names.
   *
   * @param flag its name, for messages
   * @param argument its argument, null if it was not given
   * @throws LaunchException if it cannot be read
   */
  static Configuration read(String flag, @Nullable String argument) throws LaunchException {
    return argument == null ? NONE : ConfigurationFile.read(flag, argument);
  }

  /** A problem in one line, with where it is if that is known. */
  String locate(Problem problem) {
    for (String path = problem.path(); !path.isEmpty(); path = parent(path)) {
      String origin = origins.get(path);
      if (origin != null) {
        return origin + ": " + problem;
      }
    }
    return problem.toString();
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }
}
