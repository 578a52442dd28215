package io.github.vertxlifecycle.bench;

import java.util.List;

/** Something to measure. */
interface Measure {

  /** Measures, which takes a while. */
  List<Row> rows() throws Exception;

  /** Whether it takes too long to be run with all others. */
  default boolean onlyWhenNamed() {
    return false;
  }
}
