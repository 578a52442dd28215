package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.FuzzyMatcher;
import io.github.vertxlifecycle.config.Problem;
import io.github.vertxlifecycle.lifecycle.Plan;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks an application and its configuration before anything of it starts. */
final class ConfigurationCheck {

  private static final Logger log = LoggerFactory.getLogger(ConfigurationCheck.class);
  private static final Set<String> OF_EVERY_SECTION =
      Set.of("instances", "startTimeout", "drainTimeout", "releaseTimeout");

  private ConfigurationCheck() {}

  /**
   * Makes the plan.
   *
   * @throws LaunchException listing every problem there is, each with its place in the file
   */
  static Plan plan(RootVerticle root, Configuration configuration) throws LaunchException {
    Plan plan;
    try {
      plan = root.plan(configuration.json());
    } catch (ConfigurationException e) {
      throw problem(configuration, e.problems());
    } catch (RuntimeException e) {
      throw problem(configuration, List.of(new Problem("", "components() threw " + told(e))));
    }
    List<Problem> problems = new ArrayList<>();
    plan.schemas()
        .forEach(
            (name, schema) ->
                problems.addAll(SchemaCheck.problems(name, schema, section(plan, name))));
    if (!problems.isEmpty()) {
      throw problem(configuration, problems);
    }
    warnOfNearMisses(plan, configuration);
    return plan;
  }

  private static LaunchException problem(Configuration configuration, List<Problem> problems) {
    return LaunchException.configuration(problems.stream().map(configuration::locate).toList());
  }

  /** An error of the application's own: where it is says more than a whole stack would. */
  private static String told(RuntimeException e) {
    StackTraceElement[] stack = e.getStackTrace();
    return e + (stack.length == 0 ? "" : " (at " + stack[0] + ")");
  }

  private static JsonObject section(Plan plan, String component) {
    JsonObject section = plan.section(component);
    OF_EVERY_SECTION.forEach(section::remove);
    return section;
  }

  /** Top-level sections are free, so one that is nearly known is probably a slip. */
  private static void warnOfNearMisses(Plan plan, Configuration configuration) {
    for (String name : configuration.json().fieldNames()) {
      String meant =
          plan.sections().contains(name) ? null : FuzzyMatcher.closest(name, plan.sections());
      if (meant != null) {
        log.warn(
            "{}",
            configuration.locate(
                new Problem(name, "no component reads this section; did you mean " + meant + "?")));
      }
    }
  }
}
