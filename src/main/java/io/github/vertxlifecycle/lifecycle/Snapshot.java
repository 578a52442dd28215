package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.LifecyclePhase;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.work.WorkInFlight;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lifecycle as it looked at one moment. All moments are nanoseconds of its clock, of which only
 * differences mean anything.
 *
 * @param at the moment
 * @param phase the phase of the application
 * @param reason why it was asked to stop; null while it was not
 * @param started when everything ran; null before
 * @param began when the start began; null before
 * @param stopBegan when the stop began, with its announcement; null before
 * @param announceEnded when components were asked to stop; null before
 * @param stopped when every component had stopped; null before
 * @param left what is left of the stop's budget; null while nothing stops
 * @param components each of them, in start order
 */
public record Snapshot(
    long at,
    LifecyclePhase phase,
    @Nullable StopReason reason,
    @Nullable Long began,
    @Nullable Long started,
    @Nullable Long stopBegan,
    @Nullable Long announceEnded,
    @Nullable Long stopped,
    @Nullable Duration left,
    List<ComponentSnapshot> components) {

  /**
   * Copies the list.
   *
   * @param at the moment
   * @param phase the phase of the application
   * @param reason why it was asked to stop
   * @param began when the start began
   * @param started when everything ran
   * @param stopBegan when the stop began
   * @param announceEnded when components were asked to stop
   * @param stopped when every component had stopped
   * @param left what is left of the stop's budget
   * @param components each of them, copied
   */
  public Snapshot {
    components = List.copyOf(components);
  }

  /**
   * One component at that moment.
   *
   * @param name its name
   * @param dependencies what it depends on
   * @param timeline its state, and when it came to what
   * @param left until the deadline of the step it is at; null for none
   * @param waitsFor the components that must go on before it can
   * @param stats its work
   */
  public record ComponentSnapshot(
      String name,
      Set<String> dependencies,
      ComponentTimeline timeline,
      @Nullable Duration left,
      List<String> waitsFor,
      WorkStats stats) {

    /**
     * Copies the list.
     *
     * @param name its name
     * @param dependencies what it depends on
     * @param timeline its state, and when it came to what
     * @param left until the deadline of the step it is at
     * @param waitsFor the components that must go on before it can, copied
     * @param stats its work
     */
    public ComponentSnapshot {
      waitsFor = List.copyOf(waitsFor);
    }

    /**
     * Where it stands.
     *
     * @return the state
     */
    public ComponentState state() {
      return timeline.state();
    }
  }

  /**
   * The complete list of what holds up a start or stop: every component that is at something, what
   * it has in flight and where that was admitted if that is known.
   *
   * @return lines, each ended; empty if nothing is held up
   */
  public String stalls() {
    StringBuilder text = new StringBuilder();
    for (ComponentSnapshot one : components) {
      if (one.state().isStep()) {
        Long since = one.timeline().since();
        text.append(
            "%s: %s for %s, %s in flight\n"
                .formatted(
                    one.name(),
                    one.state().name().toLowerCase(Locale.ROOT),
                    Durations.format(Duration.ofNanos(since == null ? 0 : at - since)),
                    one.stats().inFlight().size()));
        one.stats().inFlight().forEach(work -> text.append(told(work)));
      } else if (!one.waitsFor().isEmpty()) {
        text.append("%s: waits for %s\n".formatted(one.name(), String.join(", ", one.waitsFor())));
      }
    }
    return text.toString();
  }

  private static String told(WorkInFlight work) {
    return "  %s, %s old\n".formatted(work.label(), age(work))
        + work.origin().stream()
            .map(frame -> "      at " + frame + "\n")
            .collect(Collectors.joining());
  }

  private static String age(WorkInFlight work) {
    return Durations.format(Duration.ofNanos(work.ageNanos()));
  }
}
