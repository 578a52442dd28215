package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.lifecycle.WorkStats;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every stop, however it ends: the order, the budget, that the outcome tells of all
 * that was lost, and that nobody used what had stopped. Each broken one becomes a sentence.
 */
final class StopPromises {

  /** By so much a machine that is busy with other things may exceed a limit. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final LifecycleTimeline timeline;
  private final ComponentGraph graph;
  private final List<String> broken = new ArrayList<>();

  private StopPromises(LifecycleTimeline timeline, ComponentGraph graph) {
    this.timeline = timeline;
    this.graph = graph;
  }

  /**
   * Looks at a stop that has ended.
   *
   * @param timeline what has happened
   * @param graph who depends on whom
   * @param budget what the stop may take
   * @param stats the work of each component, after the stop
   * @param lateUses who used what had stopped
   * @param left what was called and not answered in time
   * @return what does not hold, and what to do about it
   */
  static List<String> broken(
      LifecycleTimeline timeline,
      ComponentGraph graph,
      Duration budget,
      Map<String, WorkStats> stats,
      List<LifecycleEvent.LateUse> lateUses,
      List<UnfinishedCall> left) {
    StopPromises promises = new StopPromises(timeline, graph);
    for (String name : timeline.begun()) {
      promises.order(name);
      WorkStats its = stats.get(name);
      if (its != null) {
        promises.ledger(name, its);
      }
    }
    promises.budget(budget);
    lateUses.forEach(promises::late);
    left.forEach(promises::unfinished);
    return promises.broken.stream().distinct().toList();
  }

  private void order(String name) {
    Long began = beginOfStop(timeline.component(name));
    for (String dependent : graph.dependentsOf(name)) {
      Long stopped = timeline.component(dependent).stopped();
      boolean ran = timeline.begun().contains(dependent);
      if (ran && began != null && (stopped == null || began - stopped < 0)) {
        broken.add(
            "\"%s\" began to stop before \"%s\", which depends on it, had stopped"
                .formatted(name, dependent));
      }
    }
  }

  /** The first moment of its own part in the stop: of its drain, or else of its release. */
  static @Nullable Long beginOfStop(ComponentTimeline its) {
    return its.draining() == null ? its.releasing() : its.draining();
  }

  /** What was admitted has ended, or is named as cut. */
  private void ledger(String name, WorkStats its) {
    int cut = timeline.component(name).cut().size();
    if (its.inFlight().size() > cut) {
      broken.add(
          "\"%s\" stopped with %s in flight, and its report names %s as cut: %s"
              .formatted(name, its.inFlight().size(), cut, its.inFlight()));
    }
  }

  private void budget(Duration budget) {
    Long began = timeline.application().stopBegan();
    Long stopped = timeline.application().stopped();
    if (began == null || stopped == null) {
      broken.add("the stop has not ended");
      return;
    }
    Duration took = Duration.ofNanos(stopped - began);
    if (took.compareTo(budget.plus(SLACK)) > 0) {
      broken.add(
          "the stop took %s, and its budget is %s"
              .formatted(Durations.format(took), Durations.format(budget)));
    }
  }

  private void late(LifecycleEvent.LateUse use) {
    if (isExcused(use.user())) {
      return;
    }
    broken.add(
        use.left() == null
            ? "%s used \"%s\" when that was stopping or had stopped: %s"
                .formatted(
                    UnfinishedCall.named(use.user()),
                    use.component(),
                    declare(use.user(), use.component()))
            : "\"%s\" had stopped clean, and its work went on to use \"%s\": track(…) that work in \"%s\""
                .formatted(use.user(), use.component(), use.user()));
  }

  private static String declare(String user, String used) {
    return user.isEmpty()
        ? "declare .dependsOn(\"%s\") on the component that does, or track(…) that work"
            .formatted(used)
        : "declare .dependsOn(\"%s\") on \"%s\"".formatted(used, user);
  }

  /**
   * Whether that is left over from what was cut, and says so: the user's own work, or a dependent's
   * that has come to it; of a user that is not known, anybody's.
   */
  private boolean isExcused(String user) {
    return timeline.begun().stream()
        .filter(one -> user.isEmpty() || one.equals(user) || dependsOn(one, user))
        .anyMatch(one -> timeline.component(one).outcome() != Outcome.CLEAN);
  }

  private boolean dependsOn(String name, String other) {
    return graph.dependencies().containsKey(other) && graph.withDependentsOf(other).contains(name);
  }

  private void unfinished(UnfinishedCall call) {
    if (!isExcused(call.user())) {
      boolean ordered = graph.withDependentsOf(call.component()).contains(call.user());
      broken.add(call.text() + ": " + call.advice(ordered));
    }
  }
}
