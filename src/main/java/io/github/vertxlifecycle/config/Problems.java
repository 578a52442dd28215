package io.github.vertxlifecycle.config;

import java.util.ArrayList;
import java.util.List;

/** The problems of one configuration, gathered from all its sections. Not thread-safe. */
final class Problems {

  private final List<Problem> list = new ArrayList<>();

  void add(Problem problem) {
    list.add(problem);
  }

  List<Problem> list() {
    return List.copyOf(list);
  }
}
