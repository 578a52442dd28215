package io.github.vertxlifecycle.event;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When the application came to what, without its components, in nanoseconds of the lifecycle's
 * clock; null while it has not.
 *
 * @param phase where it stands
 * @param dependencies every component, in start order, with what it depends on; none before the
 *     start began
 * @param began the start began
 * @param started everything ran
 * @param reason why it was asked to stop
 * @param stopTimeout the budget of the stop; zero before the stop began
 * @param stopBegan the stop began, with its announcement
 * @param announceEnded components were asked to stop
 * @param stopped every component had stopped
 */
public record ApplicationTimeline(
    LifecyclePhase phase,
    Map<String, Set<String>> dependencies,
    @Nullable Long began,
    @Nullable Long started,
    @Nullable StopReason reason,
    Duration stopTimeout,
    @Nullable Long stopBegan,
    @Nullable Long announceEnded,
    @Nullable Long stopped) {

  static final ApplicationTimeline NEW =
      new ApplicationTimeline(
          LifecyclePhase.NEW, Map.of(), null, null, null, Duration.ZERO, null, null, null);

  ApplicationTimeline starting(LifecycleEvent.StartBegan event) {
    return new ApplicationTimeline(
        LifecyclePhase.STARTING,
        event.dependencies(),
        event.at(),
        null,
        reason,
        stopTimeout,
        null,
        null,
        null);
  }

  ApplicationTimeline announcing(LifecycleEvent.StopBegan event) {
    return new ApplicationTimeline(
        LifecyclePhase.ANNOUNCING,
        dependencies,
        began,
        started,
        event.reason(),
        event.stopTimeout(),
        event.at(),
        null,
        null);
  }

  /** A phase that brings nothing but its moment. */
  ApplicationTimeline reached(LifecyclePhase next, Long at) {
    return new ApplicationTimeline(
        next,
        dependencies,
        began,
        next == LifecyclePhase.RUNNING ? at : started,
        reason,
        stopTimeout,
        stopBegan,
        next == LifecyclePhase.STOPPING ? at : announceEnded,
        next == LifecyclePhase.STOPPED ? at : stopped);
  }
}
