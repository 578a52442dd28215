package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.work.WorkInFlight;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Says every few seconds which component keeps the start or the stop waiting, and with what.
 *
 * <p>A timer runs for each component that is at something, and none while nothing is. Called by the
 * lifecycle's executor, one event at a time, so its own state needs no guard.
 */
final class StallReporter {

  /** Few enough for somebody who watches the log, seldom enough for the log. */
  static final Duration EVERY = Duration.ofSeconds(4);

  private final LifecycleView view;
  private final Clock clock;
  private final Executor executor;
  private final LifecycleListener listener;
  private final Map<String, Clock.Timer> timers = new HashMap<>();

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
      Clock.Timer timer = timers.remove(name);
      if (timer != null) {
        timer.cancel();
      }
      ComponentState state = view.state(name);
      if (state.isStep()) {
        again(name, state);
      }
    }
  }

  private void again(String name, ComponentState state) {
    Runnable task = () -> executor.execute(() -> ifStill(name, state));
    timers.put(name, clock.after(EVERY, task));
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
