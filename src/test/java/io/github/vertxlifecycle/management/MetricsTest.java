package io.github.vertxlifecycle.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.ComponentState;
import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The metrics, read as Prometheus reads them. */
@Tag("integration")
final class MetricsTest {

  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\.)*\",?)*})? (\\S+)");
  private static final Pattern COMMENT =
      Pattern.compile("# (HELP [a-zA-Z_:][a-zA-Z0-9_:]* .*|TYPE [a-zA-Z_:][a-zA-Z0-9_:]* \\w+)");

  /** Text format 0.0.4: every line a comment or a sample, no sample twice. */
  private static Map<String, Double> parse(String text) {
    Map<String, Double> samples = new HashMap<>();
    assertThat(text).endsWith("\n");
    for (String line : text.lines().toList()) {
      if (line.startsWith("#")) {
        assertThat(line).matches(COMMENT);
      } else {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String labels = sample.group(2) == null ? "" : sample.group(2);
        Double before = samples.put(sample.group(1) + labels, Double.parseDouble(sample.group(3)));
        assertThat(before).as(line).isNull();
      }
    }
    return samples;
  }

  private static String of(String name, String component) {
    return "lifecycle_" + name + "{component=\"" + component + "\"}";
  }

  @Test
  void tellsStatesWorkAndTimes() throws Exception {
    try (ManagedApp stand = new ManagedApp().start()) {
      stand.hold("first").complete();
      stand.answers.take().get();
      Promise<Void> held = stand.hold("second");

      HttpResponse<String> answer = stand.get("/metrics");
      assertThat(answer.headers().firstValue("content-type")).hasValue(Metrics.CONTENT_TYPE);
      Map<String, Double> samples = parse(answer.body());

      assertThat(samples).containsEntry(of("work_in_flight", "http"), 1.0);
      assertThat(samples).containsEntry(of("work_admitted_total", "http"), 2.0);
      assertThat(samples).containsEntry(of("work_refused_total", "http"), 0.0);
      assertThat(samples).containsEntry(of("work_cut_total", "http"), 0.0);
      assertThat(samples.get(of("start_seconds", "http"))).isBetween(0.0, 60.0);
      assertThat(samples).doesNotContainKey(of("drain_seconds", "http"));
      for (ComponentState state : ComponentState.values()) {
        String name = state.name().toLowerCase(Locale.ROOT);
        assertThat(samples)
            .containsEntry(
                "lifecycle_component_state{component=\"http\",state=\"" + name + "\"}",
                state == ComponentState.RUNNING ? 1.0 : 0.0);
      }
      held.complete();
    }
  }
}
