package io.github.vertxlifecycle.config;

import java.util.List;
import java.util.stream.Collectors;

/** Configuration or declaration is wrong; nothing was started. The message lists every problem. */
public final class ConfigurationException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * Makes the exception.
   *
   * @param problems at least one
   */
  ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /**
   * Every problem.
   *
   * @return the list, unmodifiable
   */
  public List<Problem> problems() {
    return problems;
  }
}
