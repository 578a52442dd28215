package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.RandomGraphs;
import io.github.vertxlifecycle.lifecycle.FakeHandle.Step;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One life of one application, drawn from a seed: a graph, what its steps do and how long they
 * last, and who asks for what when. Played on a manual clock, so it is the same every time.
 *
 * <p>ComponentTimeline are whole milliseconds, give or take a nanosecond: what happens around a
 * deadline happens just before it, at it, and just after it.
 */
final class Schedule {

  private static final long MILLI = 1_000_000;

  final long seed;
  final ComponentGraph graph;
  final Duration stopTimeout;
  final Duration announceDelay;
  final Map<String, ComponentTimes> times = new HashMap<>();
  final List<String> requests = new ArrayList<>();
  final Stage stage;

  /** Who had heard of the stop when its announcement ended. */
  final Set<String> announced = new HashSet<>();

  private final Map<String, Long> reserves;

  /** When the last request, which is for the whole stop, has been made. */
  private final long horizon;

  @Nullable Future<Void> started;

  Schedule(long seed, int mostComponents) {
    this.seed = seed;
    Random random = new Random(seed);
    this.graph = RandomGraphs.next(random, mostComponents);
    this.stage = Stage.of(graph);
    boolean calm = random.nextInt(3) == 0; // else few starts succeed
    for (String name : graph.startOrder()) {
      FakeHandle handle = stage.handle(name);
      handle.start = calm ? brief(random) : step(random, "start of " + name);
      handle.drain = step(random, "drain of " + name);
      handle.release = step(random, "release of " + name);
      handle.inFlight = work(random);
      handle.holdsUp = random.nextInt(4) == 0;
      ComponentTimes own =
          new ComponentTimes(
              Duration.ofMillis(5 + random.nextInt(60)),
              random.nextInt(3) == 0 ? Duration.ofMillis(random.nextInt(20)) : null,
              Duration.ofMillis(1 + random.nextInt(15)));
      times.put(name, own);
      stage.startTimeout(name, own.startTimeout());
      stage.drainTimeout(name, own.drainTimeout());
      stage.releaseTimeout(name, own.releaseTimeout());
    }
    reserves = graph.longestChains(name -> times.get(name).releaseTimeout().toNanos());
    long least = reserves.values().stream().max(Long::compare).orElse(0L);
    this.announceDelay = Duration.ofMillis(random.nextBoolean() ? 0 : random.nextInt(20));
    this.stopTimeout =
        announceDelay.plusNanos(least).plusMillis(random.nextInt(4) == 0 ? 0 : random.nextInt(60));
    stage.announceDelay(announceDelay);
    stage.stopTimeout(stopTimeout);
    this.horizon = 1L + random.nextInt(120);
    stage.listener(this::hear);
    ask(random);
  }

  private void hear(LifecycleEvent event) {
    stage.recorder.on(event);
    if (event instanceof LifecycleEvent.AnnounceEnded) {
      graph.startOrder().stream()
          .filter(name -> stage.handle(name).calls.contains("announce"))
          .forEach(announced::add);
    }
  }

  private static Step step(Random random, String what) {
    return switch (random.nextInt(8)) {
      case 0 -> Step.HANGS;
      case 1 -> new Step(moment(random, 40), new IllegalStateException(what));
      case 2, 3 -> new Step(moment(random, 40), null);
      case 4 -> Step.fails(0, what);
      default -> brief(random);
    };
  }

  private static Step brief(Random random) {
    return random.nextBoolean() ? Step.AT_ONCE : new Step(moment(random, 8), null);
  }

  private static Duration moment(Random random, int mostMillis) {
    long nanos = random.nextInt(mostMillis + 1) * MILLI + random.nextInt(3) - 1;
    return Duration.ofNanos(Math.max(0, nanos));
  }

  private static List<WorkInFlight> work(Random random) {
    List<WorkInFlight> work = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      work.add(new WorkInFlight("work " + i, null, i));
    }
    return work;
  }

  /** Draws who asks for what; the start is always asked for, and at the end the stop. */
  private void ask(Random random) {
    Conductor conductor = stage.conductor();
    at(
        random.nextInt(8) == 0 ? moment(random, 3) : Duration.ZERO,
        "start",
        () -> started = conductor.start());
    for (int i = random.nextInt(4); i > 0; i--) {
      Duration when = moment(random, (int) horizon);
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          String name = graph.startOrder().get(random.nextInt(graph.startOrder().size()));
          at(when, "undeploy " + name, () -> conductor.stop(name, Stage.REQUEST));
        }
        case 2 -> at(when, "escalate", () -> conductor.escalate("a second signal"));
        default -> at(when, "stop", () -> conductor.stop(Stage.REQUEST));
      }
    }
    at(Duration.ofMillis(horizon), "last stop", () -> conductor.stop(Stage.SIGTERM));
    if (random.nextInt(3) == 0) {
      at(
          Duration.ofMillis(horizon).plus(moment(random, 30)),
          "last escalate",
          () -> conductor.escalate("a second signal"));
    }
  }

  private void at(Duration when, String what, Runnable request) {
    requests.add(when.toNanos() / 1e6 + " ms: " + what);
    stage.clock.after(when, request);
  }

  /** Plays it to the end of all timers. */
  List<LifecycleEvent> play() {
    stage.clock.advanceToTheEnd();
    return stage.recorder.events();
  }

  Duration reserves(String name) {
    return Duration.ofNanos(reserves.get(name));
  }

  /** Everything that is needed to understand a failure. */
  String script() {
    StringBuilder script = new StringBuilder();
    script.append("stopTimeout ").append(stopTimeout).append(", announceDelay ");
    script.append(announceDelay).append('\n');
    for (String name : graph.startOrder()) {
      FakeHandle handle = stage.handle(name);
      script.append(
          "%s → %s: %s, start %s, drain %s%s, release %s, %d in flight, calls %s%n"
              .formatted(
                  name,
                  graph.dependenciesOf(name),
                  times.get(name),
                  handle.start,
                  handle.drain,
                  handle.holdsUp ? " of its own" : "",
                  handle.release,
                  handle.inFlight.size(),
                  handle.calls));
    }
    requests.forEach(request -> script.append(request).append('\n'));
    stage
        .recorder
        .events()
        .forEach(
            event -> script.append(event.at() / 1e6).append(" ms: ").append(event).append('\n'));
    return script.toString();
  }
}
