package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.work.WorkInFlight;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Says every few seconds which component keeps the start or the stop waiting, and with what.
 *
 * <p>One timer runs while any component is at something, and none while nothing is: all wait as
 * long, so the one that waits first is told of first. Most go on long before, and a timer for each
 * would wake the clock's thread for nothing. Called by the lifecycle's executor, one event at a
 * time, so its own state needs no guard.
 */
final class StallReporter {

  /** Few enough for somebody who watches the log, seldom enough for the log. */
  static final Duration EVERY = Duration.ofSeconds(4);

  private final LifecycleView view;
  private final Clock clock;
  private final Executor executor;
  private final LifecycleListener listener;
  private final Map<String, AtStep> waiting = new LinkedHashMap<>(); // in the order of their times
  private Clock.@Nullable Timer timer;

  /** A component at a step, of which there will be something to tell. */
  private record AtStep(String name, ComponentState state, long due) {}

  /**
   * Makes one that waits for events.
   *
   * @param executor runs what a timer has to do
   * @param listener hears the events
   */
  StallReporter(LifecycleView view, Clock clock, Executor executor, LifecycleListener listener) {
    this.view = view;
    this.clock = clock;
    this.executor = executor;
    this.listener = listener;
  }

  /** Takes an event in, after the view has. */
  void on(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.ComponentEvent e
        && !(event instanceof LifecycleEvent.LateUse)
        && !(event instanceof LifecycleEvent.StillWaiting)) {
      String name = e.component();
      waiting.remove(name);
      ComponentState state = view.state(name);
      if (state.isStep()) {
        again(name, state);
        if (timer == null) {
          arm();
        }
      } else if (waiting.isEmpty() && timer != null) {
        executor.execute(this::rest); // most often the next component is at something by then
      }
    }
  }

  private void again(String name, ComponentState state) {
    waiting.put(name, new AtStep(name, state, clock.nanos() + EVERY.toNanos()));
  }

  private void arm() {
    AtStep next = first();
    if (next != null) {
      Duration left = new Deadline(next.due()).left(clock.nanos());
      timer = clock.after(left, () -> executor.execute(this::look));
    }
  }

  private void rest() {
    if (waiting.isEmpty()) {
      disarm();
    }
  }

  private void disarm() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private @Nullable AtStep first() {
    return waiting.isEmpty() ? null : waiting.values().iterator().next();
  }

  private void look() {
    for (AtStep one = first(); one != null && one.due() - clock.nanos() <= 0; one = first()) {
      waiting.remove(one.name());
      ifStill(one.name(), one.state());
    }
    disarm();
    arm();
  }

  private void ifStill(String name, ComponentState state) {
    if (view.state(name) == state) {
      Snapshot.ComponentSnapshot now = view.now(name);
      long at = clock.nanos();
      Long since = now.timeline().since();
      Duration left = now.left();
      List<WorkInFlight> work = now.stats().inFlight();
      listener.on(
          new LifecycleEvent.StillWaiting(
              at,
              name,
              state,
              Duration.ofNanos(since == null ? 0 : at - since),
              left == null ? Duration.ZERO : left,
              view.heldUpBy(name),
              work.size(),
              work.isEmpty() ? null : told(work.get(0))));
      again(name, state);
    }
  }

  private static CutWork told(WorkInFlight work) {
    return new CutWork(work.label(), Duration.ofNanos(work.ageNanos()), work.origin());
  }
}
