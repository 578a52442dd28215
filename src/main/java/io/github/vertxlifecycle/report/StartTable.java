package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A table that grows by a line as each component comes up or does not. Called by one thread at a
 * time, by the lifecycle's executor.
 */
public final class StartTable implements LifecycleListener {

  private final Consumer<String> lines;
  private final Map<String, Long> starting = new HashMap<>();
  private Map<String, Set<String>> dependencies = Map.of();
  private long began;
  private String row = "";

  /**
   * Makes an empty table.
   *
   * @param lines takes each line as it is ready; must not block
   */
  public StartTable(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void on(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.StartBegan e) {
      began = e.at();
      dependencies = e.dependencies();
      int width = dependencies.keySet().stream().mapToInt(String::length).max().orElse(0);
      row = "  %-" + Math.max(width, "component".length()) + "s  %-8s  %9s  %9s  %s";
      line("component", "state", "took", "at", "after");
    } else if (event instanceof LifecycleEvent.ComponentStarting e) {
      starting.put(e.component(), e.at());
    } else if (event instanceof LifecycleEvent.ComponentStarted e) {
      component(e, "running");
    } else if (event instanceof LifecycleEvent.ComponentStartFailed e) {
      component(e, "FAILED");
    }
    // a stop has its report
  }

  private void component(LifecycleEvent.ComponentEvent event, String state) {
    String name = event.component();
    line(
        name,
        state,
        span(starting.getOrDefault(name, event.at()), event.at()),
        span(began, event.at()),
        String.join(", ", dependencies.getOrDefault(name, Set.of())));
  }

  private void line(Object... cells) {
    lines.accept(row.formatted(cells).stripTrailing());
  }

  private static String span(long from, long to) {
    return Durations.format(Duration.ofNanos(to - from));
  }
}
