package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the plot of a stop from its report: bars, critical path, and what each would save. */
final class StopPlot {

  private StopPlot() {}

  /**
   * Makes it. Time counts from the end of the announcement, as in the report.
   *
   * @param report the stop
   * @param graph who depends on whom
   */
  static Plot of(StopReport report, ComponentGraph graph) {
    Slack slack = slack(report, graph);
    Set<String> critical = Set.copyOf(report.criticalPath());
    List<Plot.Row> rows = new ArrayList<>();
    long length = 1;
    for (StopReport.ComponentReport one : report.components()) {
      length = Math.max(length, one.stoppedMs());
      rows.add(
          new Plot.Row(
              one.name(),
              critical.contains(one.name()),
              List.of(
                  new Plot.Bar(Plot.BarKind.WAITED, 0, one.waitedMs()),
                  new Plot.Bar(Plot.BarKind.DRAINED, one.waitedMs(), one.drainedMs()),
                  new Plot.Bar(
                      Plot.BarKind.RELEASED, one.waitedMs() + one.drainedMs(), one.releasedMs())),
              note(one, slack.of(one.name())),
              one.outcome() != Outcome.CLEAN));
    }
    return new Plot(StopText.headline("Stop", report), length, rows);
  }

  /**
   * Each component's own time is what passed since the last of its dependents had stopped, so that
   * the longest chain is as long as the stop was.
   */
  static Slack slack(StopReport report, ComponentGraph graph) {
    Map<String, Long> ended = new HashMap<>();
    report.components().forEach(one -> ended.put(one.name(), one.stoppedMs()));
    return new Slack(
        graph,
        name -> {
          long began = 0;
          for (String dependent : graph.dependentsOf(name)) {
            began = Math.max(began, ended.getOrDefault(dependent, 0L));
          }
          return Math.max(0, ended.getOrDefault(name, began) - began);
        });
  }

  private static String note(StopReport.ComponentReport one, Slack.ComponentSlack slack) {
    StringBuilder note = new StringBuilder(Plot.ms(one.drainedMs() + one.releasedMs()));
    if (slack.saves() > 0) {
      note.append("; without it ").append(Plot.ms(slack.saves())).append(" shorter");
    } else if (slack.spare() > 0) {
      note.append("; could take ").append(Plot.ms(slack.spare())).append(" longer");
    }
    if (one.outcome() != Outcome.CLEAN) {
      note.append("; ").append(one.outcome());
    }
    if (!one.cut().isEmpty()) {
      note.append(", cut ").append(one.cut().size());
    }
    return note.toString();
  }
}
