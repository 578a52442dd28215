package io.github.vertxlifecycle.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StartTableTest {

  @Test
  void growsByALineAsEachComponentComesUpOrDoesNot() {
    List<String> lines = new ArrayList<>();
    LifecycleTimeline timeline = new LifecycleTimeline();
    StartTable table = new StartTable(timeline, lines::add);
    LifecycleListener both =
        event -> {
          timeline.on(event);
          table.on(event);
        };
    Map<String, Set<String>> edges = new LinkedHashMap<>();
    edges.put("postgres", Set.of());
    edges.put("http", Set.of("postgres"));
    both.on(new LifecycleEvent.StartBegan(0, edges));
    both.on(new LifecycleEvent.ComponentStarting(0, "postgres"));
    assertThat(lines).hasSize(1);
    both.on(new LifecycleEvent.ComponentStarted(1_250_000_000L, "postgres"));
    both.on(new LifecycleEvent.ComponentStarting(1_250_000_000L, "http"));
    both.on(
        new LifecycleEvent.ComponentStartFailed(
            1_262_000_000L, "http", new IllegalStateException("port taken")));
    assertThat(lines)
        .containsExactly(
            "  component  state          took         at  after",
            "  postgres   running      1.25 s     1.25 s",
            "  http       FAILED        12 ms     1.26 s  postgres");
  }
}
