package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.List;

/** Draws the start and the stop of an application. Thread-safe. */
public final class Pictures {

  private final LifecycleTimeline timeline;

  /**
   * Makes one.
   *
   * @param timeline what has happened; may go on meanwhile
   */
  public Pictures(LifecycleTimeline timeline) {
    this.timeline = timeline;
  }

  /**
   * The start and below it the stop, a bar for each step of each component.
   *
   * @param stop the report of the stop
   * @return an SVG document that loads nothing
   */
  public String svg(StopReport stop) {
    ComponentGraph graph = graph();
    List<Plot> plots = new ArrayList<>();
    Plot started = StartPlot.of(timeline, graph);
    if (started != null) {
      plots.add(started);
    }
    plots.add(StopPlot.of(stop, graph));
    return PlotSvg.of(plots);
  }

  /**
   * The stop, for a terminal.
   *
   * @param stop the report of the stop
   * @param coloured whether to colour it
   * @return lines of at most 100 columns, each ended; empty if nothing stopped
   */
  public String text(StopReport stop, boolean coloured) {
    return stop.components().isEmpty()
        ? ""
        : new PlotText(StopPlot.of(stop, graph()), coloured).toString();
  }

  private ComponentGraph graph() {
    return ComponentGraph.of(timeline.application().dependencies());
  }
}
