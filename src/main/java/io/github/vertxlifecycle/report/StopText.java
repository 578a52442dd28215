package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.Locale;

/** The report as a table. */
final class StopText {

  private static final int MOST_CUT = 20;
  private static final int WIDTH = 100;
  private static final String INDENT = "    ";

  private final StopReport report;
  private final StringBuilder text = new StringBuilder();

  StopText(StopReport report) {
    this.report = report;
    headline();
    if (!report.components().isEmpty()) {
      table();
      details();
    }
    if (report.criticalPath().size() > 1) {
      line("critical path: " + String.join(" → ", report.criticalPath()));
    }
  }

  /**
   * No {@code %d}: it would load the number formats of a locale, tens of milliseconds at the end.
   */
  private void headline() {
    line(
        "Stopped (%s): %s in %s, exit code %s"
            .formatted(
                report.reason(), report.outcome(), ms(report.durationMs()), report.exitCode()));
  }

  private void table() {
    int width = report.components().stream().mapToInt(one -> one.name().length()).max().orElse(0);
    String row = "  %-" + Math.max(width, "component".length()) + "s  %-9s  %9s  %9s  %9s";
    line(row.formatted("component", "outcome", "waited", "drained", "released"));
    for (StopReport.ComponentReport one : report.components()) {
      line(
          row.formatted(
              one.name(),
              one.outcome(),
              ms(one.waitedMs()),
              ms(one.drainedMs()),
              ms(one.releasedMs())));
    }
  }

  private void details() {
    for (StopReport.ComponentReport one : report.components()) {
      if (one.failure() != null) {
        line("%s: %s".formatted(one.name(), one.failure().lines().findFirst().orElse("")));
      } else if (one.outcome() == Outcome.TIMED_OUT) {
        line("%s: its release did not end in time".formatted(one.name()));
      }
      one.cut().stream()
          .limit(MOST_CUT)
          .forEach(
              work ->
                  line(
                      "%s: cut %s, %s old"
                          .formatted(one.name(), work.what(), Durations.format(work.age()))));
      if (one.cut().size() > MOST_CUT) {
        line("%s: cut %s more".formatted(one.name(), one.cut().size() - MOST_CUT));
      }
    }
  }

  private void line(String line) {
    String rest = line.stripTrailing();
    while (rest.length() > WIDTH) {
      int space = rest.lastIndexOf(' ', WIDTH);
      int end = space > INDENT.length() ? space : WIDTH;
      text.append(rest, 0, end).append('\n');
      rest = INDENT + rest.substring(end).strip();
    }
    text.append(rest).append('\n');
  }

  private static String ms(long millis) {
    return Durations.format(Duration.ofMillis(millis)).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
