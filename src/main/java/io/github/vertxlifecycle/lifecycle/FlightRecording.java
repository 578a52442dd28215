package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.FlightRecorder;

/**
 * Writes each step of each component to the flight recording, with its length, if there is one.
 * Called by the lifecycle's executor, one event at a time, so its own state needs no guard.
 */
final class FlightRecording implements LifecycleListener {

  private final Map<String, StepEvent> open = new HashMap<>();
  private final LifecycleTimeline timeline;

  /**
   * Makes one that has recorded nothing.
   *
   * @param timeline says what a component is at; has taken in each event before this hears of it
   */
  FlightRecording(LifecycleTimeline timeline) {
    this.timeline = timeline;
  }

  /** Not before it is known that this Java has a flight recorder at all. */
  static boolean isPossible() {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent();
  }

  @Override
  public void on(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.ComponentEvent ofComponent
        && FlightRecorder.isInitialized()) {
      String name = ofComponent.component();
      ComponentTimeline now = timeline.component(name);
      String step = now.state().name().toLowerCase(Locale.ROOT);
      StepEvent current = open.get(name);
      if (current == null || !current.step.equals(step)) {
        end(name, now);
        begin(name, step, now.state());
      }
    }
  }

  private void end(String name, ComponentTimeline now) {
    StepEvent step = open.remove(name);
    if (step != null) {
      step.outcome = now.outcome() == null ? "" : now.outcome().name();
      step.cut = now.cut().size();
      step.commit();
    }
  }

  private void begin(String name, String what, ComponentState state) {
    if (state.isStep() || state == ComponentState.WAITING) {
      StepEvent step = new StepEvent();
      step.component = name;
      step.step = what;
      step.begin();
      open.put(name, step);
    }
  }
}
