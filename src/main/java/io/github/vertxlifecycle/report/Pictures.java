package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.graph.ComponentGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws the start and the stop of an application that it has listened to. Thread-safe. */
public final class Pictures implements LifecycleListener {

  private final StartTimeline start = new StartTimeline();
  private volatile ComponentGraph graph = ComponentGraph.of(Map.of());

  /** Makes one that has heard nothing. */
  public Pictures() {}

  @Override
  public void on(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.StartBegan e) {
      graph = ComponentGraph.of(e.dependencies());
    }
    start.on(event);
  }

  /**
   * The start and below it the stop, a bar for each step of each component.
   *
   * @param stop the report of the stop
   * @return an SVG document that loads nothing
   */
  public String svg(StopReport stop) {
    List<Plot> plots = new ArrayList<>();
    Plot started = start.plot();
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
        : new PlotText(StopPlot.of(stop, graph), coloured).toString();
  }
}
