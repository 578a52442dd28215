package io.github.vertxlifecycle.event;

import java.util.List;

/**
 * What became of a verticle that somebody deployed by hand beside the components of an application.
 *
 * @param name its name, said in a way that no component is named
 * @param ownName its name without that: the section of its own settings
 * @param timeline its moments so far
 * @param longest the work that took longest among what its drain has waited for
 */
public record HandDeployedTimeline(
    String name, String ownName, ComponentTimeline timeline, List<FinishedWork> longest) {

  /**
   * How it stopped.
   *
   * @return the outcome; one that has not stopped counts as timed out
   */
  public Outcome outcome() {
    Outcome its = timeline.outcome();
    return its == null ? Outcome.TIMED_OUT : its;
  }
}
