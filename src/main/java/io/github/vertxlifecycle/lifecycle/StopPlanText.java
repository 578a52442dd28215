package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of {@code -check}: the plan of the stop, with the latest moment of every step. */
final class StopPlanText {

  private StopPlanText() {}

  static String of(Plan plan) {
    LifecycleOptions options = plan.options();
    List<PlannedStop> stops = new ArrayList<>(plan.stops());
    Collections.reverse(stops);
    int width =
        Math.max(
            "component".length(),
            stops.stream().mapToInt(one -> one.component().length()).max().orElse(0));
    String row = "  %-" + width + "s  %9s  %9s  %9s  %11s  %s%n";
    StringBuilder text =
        new StringBuilder(
            "The configuration is right: %s components. The stop takes at most %s%s.%n"
                .formatted(
                    stops.size(),
                    Durations.format(options.stopTimeout()),
                    options.announceDelay().isZero()
                        ? ""
                        : ", the first "
                            + Durations.format(options.announceDelay())
                            + " of it serving on"));
    text.append(
        row.formatted("component", "instances", "drain", "drained by", "released by", "after"));
    for (PlannedStop one : stops) {
      text.append(
          row.formatted(
              one.component(),
              one.instances(),
              limit(one.drainTimeout()),
              Durations.format(one.drainBy()),
              Durations.format(one.releaseBy()),
              String.join(", ", plan.graph().dependentsOf(one.component()))));
    }
    return text.toString().lines().map(String::stripTrailing).reduce("", (a, b) -> a + b + "\n");
  }

  private static String limit(@Nullable Duration own) {
    return own == null ? "no limit" : "≤ " + Durations.format(own);
  }
}
