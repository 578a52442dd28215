package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.time.ManualClock;
import io.github.vertxlifecycle.time.StopBudget;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A conductor on a manual clock with fake parts; set it up, then play. */
final class Stage {

  static final StopReason SIGTERM = new StopReason(StopReason.Kind.SIGNAL, "SIGTERM");
  static final StopReason REQUEST = new StopReason(StopReason.Kind.REQUEST, "request");

  final ManualClock clock = new ManualClock();
  final Recorder recorder = new Recorder();
  private final Map<String, Set<String>> edges = new LinkedHashMap<>();
  private final Map<String, FakeHandle> handles = new HashMap<>();
  private final Map<String, ComponentTimes> times = new HashMap<>();
  private LifecycleListener listener = recorder;
  private Duration stopTimeout = Duration.ofSeconds(25);
  private Duration announceDelay = Duration.ZERO;
  private Conductor conductor;

  static Stage of(ComponentGraph graph) {
    Stage stage = new Stage();
    graph.dependencies().forEach((name, needs) -> stage.add(name, needs.toArray(String[]::new)));
    return stage;
  }

  FakeHandle add(String name, String... dependencies) {
    edges.put(name, new LinkedHashSet<>(Arrays.asList(dependencies)));
    FakeHandle handle = new FakeHandle(clock);
    handles.put(name, handle);
    times.put(name, ComponentTimes.DEFAULT);
    return handle;
  }

  FakeHandle handle(String name) {
    return handles.get(name);
  }

  void startTimeout(String name, Duration timeout) {
    ComponentTimes now = times.get(name);
    times.put(name, new ComponentTimes(timeout, now.drainTimeout(), now.releaseTimeout()));
  }

  void drainTimeout(String name, Duration timeout) {
    ComponentTimes now = times.get(name);
    times.put(name, new ComponentTimes(now.startTimeout(), timeout, now.releaseTimeout()));
  }

  void releaseTimeout(String name, Duration timeout) {
    ComponentTimes now = times.get(name);
    times.put(name, new ComponentTimes(now.startTimeout(), now.drainTimeout(), timeout));
  }

  void stopTimeout(Duration timeout) {
    stopTimeout = timeout;
  }

  void announceDelay(Duration delay) {
    announceDelay = delay;
  }

  void listener(LifecycleListener another) {
    listener = another;
  }

  Conductor conductor() {
    if (conductor == null) {
      ComponentGraph graph = ComponentGraph.of(edges);
      Map<String, Long> reserves =
          graph.longestChains(name -> times.get(name).releaseTimeout().toNanos());
      conductor =
          new Conductor(
              graph,
              name -> times.get(name).plan(name, Duration.ofNanos(reserves.get(name))),
              handles::get,
              new StopBudget(stopTimeout, announceDelay),
              clock,
              listener);
    }
    return conductor;
  }

  /** Starts everything and forgets how. */
  Stage started() {
    Future<Void> started = conductor().start();
    clock.advanceToTheEnd();
    if (!started.succeeded()) {
      throw new AssertionError("not started", started.cause());
    }
    recorder.clear();
    handles.values().forEach(handle -> handle.calls.clear());
    return this;
  }

  Future<Void> stop() {
    return conductor().stop(SIGTERM);
  }

  void advance(long millis) {
    clock.advance(Duration.ofMillis(millis));
  }
}
