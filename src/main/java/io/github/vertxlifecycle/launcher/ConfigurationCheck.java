package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Problem;
import io.github.vertxlifecycle.lifecycle.LauncherAccess;
import io.github.vertxlifecycle.lifecycle.Plan;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks an application and its configuration before anything of it starts. */
final class ConfigurationCheck {

  private static final Logger log = LoggerFactory.getLogger(ConfigurationCheck.class);

  private ConfigurationCheck() {}

  /**
   * Makes the plan.
   *
   * @param strict whether a key that nobody reads is a problem, and not only a warning
   * @param files whether the files that a stop is to write are looked at, too
   * @throws LaunchException listing every problem there is, each with its place in the file
   */
  static Plan plan(RootVerticle root, Configuration configuration, boolean strict, boolean files)
      throws LaunchException {
    List<Problem> problems = new ArrayList<>();
    if (files) {
      problems.addAll(ReportFiles.problems(configuration.json()));
    }
    Plan plan;
    try {
      plan = root.plan(configuration.json());
    } catch (ConfigurationException e) {
      problems.addAll(0, e.problems());
      throw problem(configuration, problems);
    } catch (RuntimeException | Error e) {
      throw problem(
          configuration, List.of(new Problem("", "components() threw " + StartProblem.text(e))));
    }
    LauncherAccess access = new LauncherAccess(plan);
    problems.addAll(
        access.schemaProblems( // not a method reference, which would link the class here
            (component, schema, section) -> SchemaCheck.problems(component, schema, section)));
    if (strict) {
      problems.addAll(access.unread());
    }
    if (!problems.isEmpty()) {
      throw problem(configuration, problems);
    }
    access.unread().forEach(key -> log.warn("{}", configuration.locate(key)));
    access.suspects().forEach(slip -> log.warn("{}", configuration.locate(slip)));
    return plan;
  }

  private static LaunchException problem(Configuration configuration, List<Problem> problems) {
    return LaunchException.configuration(problems.stream().map(configuration::locate).toList());
  }
}
