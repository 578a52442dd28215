package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.ApplicationTimeline;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A table that grows by a line as each component comes up or does not. Called by one thread at a
 * time, by the lifecycle's executor.
 */
public final class StartTable implements LifecycleListener {

  private final LifecycleTimeline timeline;
  private final Consumer<String> lines;
  private String row = "";

  /**
   * Makes an empty table.
   *
   * @param timeline says when what began; has taken in each event before this hears of it
   * @param lines takes each line as it is ready; must not block
   */
  public StartTable(LifecycleTimeline timeline, Consumer<String> lines) {
    this.timeline = timeline;
    this.lines = lines;
  }

  @Override
  public void on(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.StartBegan e) {
      int width = e.dependencies().keySet().stream().mapToInt(String::length).max().orElse(0);
      row = "  %-" + Math.max(width, "component".length()) + "s  %-8s  %9s  %9s  %s";
      line("component", "state", "took", "at", "after");
    } else if (event instanceof LifecycleEvent.ComponentStarted e) {
      component(e, "running");
    } else if (event instanceof LifecycleEvent.ComponentStartFailed e) {
      component(e, "FAILED");
    }
    // a stop has its report
  }

  private void component(LifecycleEvent.ComponentEvent event, String state) {
    String name = event.component();
    ApplicationTimeline application = timeline.application();
    line(
        name,
        state,
        span(timeline.component(name).starting(), event.at()),
        span(application.began(), event.at()),
        String.join(", ", application.dependencies().getOrDefault(name, Set.of())));
  }

  private void line(Object... cells) {
    lines.accept(row.formatted(cells).stripTrailing());
  }

  private static String span(@Nullable Long from, long to) {
    return Durations.format(Duration.ofNanos(from == null ? 0 : to - from));
  }
}
