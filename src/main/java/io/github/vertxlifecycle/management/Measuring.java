package io.github.vertxlifecycle.management;

import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;

/** Has Vert.x measure itself, into the registry that the management endpoint shows. */
final class Measuring {

  private Measuring() {}

  /**
   * Adds Micrometer's options for Prometheus, unless measuring is set up already.
   *
   * @param options of a Vert.x that has not been made yet; changed in place
   */
  static void through(VertxOptions options) {
    MetricsOptions present = options.getMetricsOptions();
    if (present == null || !present.isEnabled()) {
      options.setMetricsOptions(
          new MicrometerMetricsOptions()
              .setEnabled(true)
              .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true)));
    }
  }
}
