package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The report as a table. */
final class StopText {

  private static final int MOST_CUT = 20;
  private static final int WIDTH = 100;

  /** What took less is nothing that people would ask for. */
  private static final long LONG_MS = 1_000;

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final String INDENT = "    ";

  private final StopReport report;
  private final StringBuilder text = new StringBuilder();

  StopText(StopReport report) {
    this.report = report;
    line(headline("Stopped", report));
    if (!report.components().isEmpty()) {
      table();
      details(report, false).forEach(this::line);
    }
    if (report.criticalPath().size() > 1) {
      line(criticalPath(report));
    }
    ApplicationRun run = report.run();
    if (run != null) {
      line(text(run));
    }
  }

  /** In ISO 8601, UTC, with milliseconds even if they are zero. */
  static @Nullable String time(@Nullable Instant moment) {
    return moment == null ? null : TIME.format(moment);
  }

  /** {@code LinksApp 1.2.0, host web-1, pid 7, from … to …}, as far as it is known. */
  private static String text(ApplicationRun run) {
    String version = run.version() == null ? "" : " " + run.version();
    String host = run.host() == null ? "" : ", host " + run.host();
    String times =
        run.begin() == null || run.end() == null
            ? ""
            : ", from " + time(run.begin()) + " to " + time(run.end());
    return run.application() + version + host + ", pid " + run.pid() + times;
  }

  /** The whole report in one line. */
  static String line(StopReport report) {
    List<String> parts = new ArrayList<>();
    parts.add(headline("Stopped", report));
    parts.addAll(details(report, true));
    if (report.criticalPath().size() > 1) {
      parts.add(criticalPath(report));
    }
    return String.join("; ", parts);
  }

  /**
   * No {@code %d}: it would load the number formats of a locale, tens of milliseconds at the end.
   */
  static String headline(String what, StopReport report) {
    return "%s (%s): %s in %s%s"
        .formatted(
            what,
            report.reason(),
            report.outcome(),
            ms(report.durationMs()),
            report.exitCode() == null ? "" : ", exit code " + report.exitCode());
  }

  private static String criticalPath(StopReport report) {
    return "critical path: " + String.join(" → ", report.criticalPath());
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

  /**
   * What did not end well, and then what took long, a line each.
   *
   * @param outcomes whether the outcome stands before a failure, where no table has it
   */
  private static List<String> details(StopReport report, boolean outcomes) {
    List<String> lines = new ArrayList<>();
    for (StopReport.ComponentReport one : report.components()) {
      String name = one.name();
      if (one.failure() != null) {
        String outcome = outcomes ? " " + one.outcome() : "";
        lines.add(name + outcome + ": " + one.failure().lines().findFirst().orElse(""));
      } else if (one.outcome() == Outcome.TIMED_OUT) {
        lines.add(name + ": its release did not end in time");
      }
      one.cut().stream()
          .limit(MOST_CUT)
          .map(
              work ->
                  "%s: cut %s, %s old".formatted(name, work.what(), Durations.format(work.age())))
          .forEach(lines::add);
      if (one.cut().size() > MOST_CUT) {
        lines.add(name + ": cut " + (one.cut().size() - MOST_CUT) + " more");
      }
    }
    report.longestWork().stream()
        .filter(work -> !work.cut() && work.ageMs() >= LONG_MS)
        .map(
            work ->
                "%s: waited for %s, which took %s"
                    .formatted(
                        work.component(),
                        work.what(),
                        Durations.format(Duration.ofMillis(work.ageMs()))))
        .forEach(lines::add);
    return lines;
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
