package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
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
  private final Map<String, ComponentTimeline> timeline = new HashMap<>();

  /** Not before it is known that this Java has a flight recorder at all. */
  static boolean isPossible() {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent();
  }

  @Override
  public void on(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.ComponentEvent ofComponent
        && FlightRecorder.isInitialized()) {
      String name = ofComponent.component();
      ComponentTimeline before = timeline.getOrDefault(name, ComponentTimeline.NEW);
      ComponentTimeline after = before.after(ofComponent);
      timeline.put(name, after);
      if (before.state() != after.state()) {
        end(name, after);
        begin(name, after.state());
      }
    }
  }

  private void end(String name, ComponentTimeline now) {
    StepEvent step = open.remove(name);
    if (step != null) {
      step.outcome = now.outcome() == null ? "" : now.outcome().name();
      step.cut = now.cut();
      step.commit();
    }
  }

  private void begin(String name, ComponentState state) {
    if (state.isStep() || state == ComponentState.WAITING) {
      StepEvent step = new StepEvent();
      step.component = name;
      step.step = state.name().toLowerCase(Locale.ROOT);
      step.begin();
      open.put(name, step);
    }
  }
}
