package io.github.vertxlifecycle.config;

import java.util.ArrayList;
import java.util.List;

/** Gathers problems, so that all are told at once. Not thread-safe. */
public final class Problems {

  private final List<Problem> list = new ArrayList<>();

  /** Makes an empty list. */
  public Problems() {}

  /**
   * Adds one.
   *
   * @param path where
   * @param message what is wrong, and the mend
   */
  public void add(String path, String message) {
    list.add(new Problem(path, message));
  }

  /**
   * Throws what was gathered.
   *
   * @throws ConfigurationException if there is any problem
   */
  public void throwIfAny() {
    if (!list.isEmpty()) {
      throw new ConfigurationException(list);
    }
  }
}
