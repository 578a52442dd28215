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
   * @throws LaunchException listing every problem there is, each with its place in the file
   */
  static Plan plan(RootVerticle root, Configuration configuration, boolean strict)
      throws LaunchException {
    Plan plan;
    try {
      plan = root.plan(configuration.json());
    } catch (ConfigurationException e) {
      throw problem(configuration, e.problems());
    } catch (RuntimeException e) {
      throw problem(configuration, List.of(new Problem("", "components() threw " + told(e))));
    }
    LauncherAccess access = new LauncherAccess(plan);
    List<Problem> problems = new ArrayList<>(access.schemaProblems(SchemaCheck::problems));
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

  /** An error of the application's own: where it is says more than a whole stack would. */
  private static String told(RuntimeException e) {
    StackTraceElement[] stack = e.getStackTrace();
    return e + (stack.length == 0 ? "" : " (at " + stack[0] + ")");
  }
}
