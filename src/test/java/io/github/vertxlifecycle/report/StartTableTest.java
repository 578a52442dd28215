package io.github.vertxlifecycle.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent;
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
    StartTable table = new StartTable(lines::add);
    Map<String, Set<String>> edges = new LinkedHashMap<>();
    edges.put("postgres", Set.of());
    edges.put("http", Set.of("postgres"));
    table.on(new LifecycleEvent.StartBegan(0, edges));
    table.on(new LifecycleEvent.ComponentStarting(0, "postgres"));
    assertThat(lines).hasSize(1);
    table.on(new LifecycleEvent.ComponentStarted(1_250_000_000L, "postgres"));
    table.on(new LifecycleEvent.ComponentStarting(1_250_000_000L, "http"));
    table.on(
        new LifecycleEvent.ComponentStartFailed(
            1_262_000_000L, "http", new IllegalStateException("port taken")));
    assertThat(lines)
        .containsExactly(
            "  component  state          took         at  after",
            "  postgres   running      1.25 s     1.25 s",
            "  http       FAILED        12 ms     1.26 s  postgres");
  }
}
