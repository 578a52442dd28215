package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentDraining;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentReleasing;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStarted;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStarting;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.LifecycleEvent.Stopped;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.RandomGraphs;
import io.github.vertxlifecycle.lifecycle.FakeHandle.Step;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Properties of start and stop on random graphs. A failure names the seed of its graph; give it to
 * {@code new Random(…)} to see it alone.
 */
final class ConductorRandomGraphsTest {

  private static final int GRAPHS = 300;
  private static final int MOST_COMPONENTS = 200;

  private interface Check {
    void on(ComponentGraph graph, Stage stage, Random random);
  }

  private static void onEveryGraph(long firstSeed, Check check) {
    for (long seed = firstSeed; seed < firstSeed + GRAPHS; seed++) {
      Random random = new Random(seed);
      ComponentGraph graph = RandomGraphs.next(random, MOST_COMPONENTS);
      try {
        check.on(graph, Stage.of(graph), random);
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed + ", " + graph.dependencies(), e);
      }
    }
  }

  private static <E extends LifecycleEvent.ComponentEvent> Map<String, Long> timeline(
      Stage stage, Class<E> kind) {
    Map<String, Long> timeline = new HashMap<>();
    stage
        .recorder
        .all(kind)
        .forEach(e -> assertThat(timeline.put(e.component(), e.at() / 1_000_000)).isNull());
    return timeline;
  }

  private static long latest(Set<String> names, Map<String, Long> timeline, long byDefault) {
    return names.stream().mapToLong(timeline::get).max().orElse(byDefault);
  }

  /** The heaviest of all chains, found independently of the code under test. */
  private static long heaviest(ComponentGraph graph, Function<String, Long> weight) {
    Map<String, Long> known = new HashMap<>();
    long heaviest = 0;
    for (String name : graph.startOrder()) {
      known.put(name, weight.apply(name) + latest(graph.dependenciesOf(name), known, 0));
      heaviest = Math.max(heaviest, known.get(name));
    }
    return heaviest;
  }

  @Test
  void startsEachTheMomentItsLastDependencyRuns() {
    onEveryGraph(
        1_000,
        (graph, stage, random) -> {
          Map<String, Long> lasts = new HashMap<>();
          for (String name : graph.startOrder()) {
            lasts.put(name, (long) random.nextInt(50));
            stage.handle(name).start = Step.millis(lasts.get(name));
          }
          Future<Void> started = stage.conductor().start();
          stage.clock.advanceToTheEnd();

          assertThat(started.succeeded()).isTrue();
          Map<String, Long> starting = timeline(stage, ComponentStarting.class);
          Map<String, Long> running = timeline(stage, ComponentStarted.class);
          for (String name : graph.startOrder()) {
            assertThat(starting.get(name))
                .as(name)
                .isEqualTo(latest(graph.dependenciesOf(name), running, 0));
            assertThat(running.get(name)).isEqualTo(starting.get(name) + lasts.get(name));
          }
          assertThat(stage.clock.nanos() / 1_000_000).isEqualTo(heaviest(graph, lasts::get));
        });
  }

  @Test
  void stopsEachTheMomentItsLastDependentHasStopped() {
    onEveryGraph(
        2_000,
        (graph, stage, random) -> {
          stage.stopTimeout(Duration.ofHours(1));
          stage.started();
          long from = stage.clock.nanos() / 1_000_000;
          Map<String, Long> drains = new HashMap<>();
          Map<String, Long> releases = new HashMap<>();
          for (String name : graph.startOrder()) {
            drains.put(name, (long) random.nextInt(50));
            releases.put(name, (long) random.nextInt(50));
            stage.handle(name).drain = Step.millis(drains.get(name));
            stage.handle(name).release = Step.millis(releases.get(name));
          }
          Future<Void> stopped = stage.stop();
          stage.clock.advanceToTheEnd();

          assertThat(stopped.succeeded()).isTrue();
          assertThat(stage.conductor().stopFailure()).isNull();
          Map<String, Long> draining = timeline(stage, ComponentDraining.class);
          Map<String, Long> releasing = timeline(stage, ComponentReleasing.class);
          Map<String, Long> ended = timeline(stage, ComponentStopped.class);
          for (String name : graph.startOrder()) {
            assertThat(draining.get(name))
                .as(name)
                .isEqualTo(latest(graph.dependentsOf(name), ended, from));
            assertThat(releasing.get(name)).isEqualTo(draining.get(name) + drains.get(name));
            assertThat(ended.get(name)).isEqualTo(releasing.get(name) + releases.get(name));
          }
          assertThat(stage.clock.nanos() / 1_000_000 - from)
              .isEqualTo(heaviest(graph, name -> drains.get(name) + releases.get(name)));
          dependentsComeFirst(graph, stage);
        });
  }

  /** By position, for those of one moment too. */
  private static void dependentsComeFirst(ComponentGraph graph, Stage stage) {
    Map<String, Integer> stopped = new HashMap<>();
    for (LifecycleEvent event : stage.recorder.events()) {
      if (event instanceof ComponentDraining e) {
        assertThat(stopped).containsKeys(graph.dependentsOf(e.component()).toArray(String[]::new));
      } else if (event instanceof ComponentStopped e) {
        stopped.put(e.component(), stopped.size());
      }
    }
    assertThat(stopped).hasSameSizeAs(graph.startOrder());
  }

  @Tag("slow")
  @Test
  void cutsHungDrainsWhenTheReservesBelowBeginAndEndsInTime() {
    onEveryGraph(
        3_000,
        (graph, stage, random) -> {
          Map<String, Long> reserves = new HashMap<>();
          for (String name : graph.startOrder()) {
            long reserve = 2L * (1 + random.nextInt(20)); // half of it is the least for a drain
            reserves.put(name, reserve);
            stage.releaseTimeout(name, Duration.ofMillis(reserve));
          }
          long least = heaviest(graph, reserves::get);
          long total = least + random.nextInt(500);
          stage.stopTimeout(Duration.ofMillis(Math.max(1, total)));
          stage.started();
          long from = stage.clock.nanos() / 1_000_000;
          for (String name : graph.startOrder()) {
            stage.handle(name).drain = random.nextInt(3) == 0 ? Step.HANGS : Step.AT_ONCE;
            stage.handle(name).release =
                random.nextInt(3) == 0 ? Step.HANGS : Step.millis(random.nextInt(30));
          }
          Future<Void> stopped = stage.stop();
          stage.clock.advanceToTheEnd();

          assertThat(stopped.succeeded()).isTrue();
          long end = stage.recorder.all(Stopped.class).get(0).at() / 1_000_000;
          assertThat(end - from).isLessThanOrEqualTo(total);
          Map<String, Long> draining = timeline(stage, ComponentDraining.class);
          Map<String, Long> releasing = timeline(stage, ComponentReleasing.class);
          Map<String, Long> ended = timeline(stage, ComponentStopped.class);
          for (String name : graph.startOrder()) {
            long below = heaviestFrom(graph, reserves, name);
            assertThat(releasing.get(name))
                .as(name)
                .isEqualTo(
                    stage.handle(name).drain.equals(Step.HANGS)
                        ? Math.max(
                            from + total - below, draining.get(name) + reserves.get(name) / 2)
                        : draining.get(name));
            assertThat(ended.get(name))
                .isLessThanOrEqualTo(from + total - below + reserves.get(name));
          }
        });
  }

  private static long heaviestFrom(ComponentGraph graph, Map<String, Long> weights, String from) {
    Map<String, Long> known = new HashMap<>();
    for (String name : graph.startOrder()) {
      known.put(name, weights.get(name) + latest(graph.dependenciesOf(name), known, 0));
    }
    return known.get(from);
  }

  @Test
  void rollsBackWhateverFailsAndStartsNothingAfterwards() {
    onEveryGraph(
        4_000,
        (graph, stage, random) -> {
          for (String name : graph.startOrder()) {
            stage.handle(name).start = Step.millis(random.nextInt(20));
          }
          String failing = graph.startOrder().get(random.nextInt(graph.startOrder().size()));
          stage.handle(failing).start = Step.fails(1 + random.nextInt(20), "broken");
          Future<Void> started = stage.conductor().start();
          stage.clock.advanceToTheEnd();

          assertThat(started.cause())
              .hasMessage("component \"" + failing + "\" did not start: broken");
          assertThat(stage.recorder.order(ComponentStopped.class))
              .containsExactlyInAnyOrderElementsOf(stage.recorder.order(ComponentStarting.class));
          Set<String> dependents = graph.withDependentsOf(failing);
          assertThat(stage.recorder.order(ComponentStarted.class))
              .doesNotContainAnyElementsOf(dependents);
          int began =
              stage.recorder.lines().indexOf("stop began: start of \"" + failing + "\" failed");
          assertThat(stage.recorder.lines().subList(began, stage.recorder.lines().size()))
              .noneMatch(line -> line.endsWith(" starting") || line.endsWith(" started"));
        });
  }
}
