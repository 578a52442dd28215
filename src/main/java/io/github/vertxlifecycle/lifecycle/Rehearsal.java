package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.time.StopBudget;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plays the start and the stop of two components that do nothing.
 *
 * <p>A JVM loads classes when they are first used. Most of what a stop uses is used only then, so a
 * process that has never stopped spends most of its stop on loading. Whoever can spare a moment
 * after the start plays a stop beforehand.
 */
public final class Rehearsal {

  private Rehearsal() {}

  /**
   * Plays it, on this thread; nothing outside hears of it.
   *
   * @param listener hears the events, as it would those of a real stop
   */
  public static void play(LifecycleListener listener) {
    Duration second = Duration.ofSeconds(1);
    Conductor conductor =
        new Conductor(
            ComponentGraph.of(Map.of("below", Set.of(), "above", Set.of("below"))),
            name -> new MemberPlan(name, second, null, second, second),
            name -> new Nothing(),
            new StopBudget(second.multipliedBy(2), Duration.ZERO),
            SystemClock.instance(),
            listener);
    conductor.start();
    conductor.stop(new StopReason(StopReason.Kind.REQUEST, "a rehearsal"));
  }

  private static final class Nothing implements Part {

    @Override
    public Future<?> start() {
      return Future.succeededFuture();
    }

    @Override
    public @Nullable Throwable startProblem() {
      return null;
    }

    @Override
    public void announce() {}

    @Override
    public Future<?> drain() {
      return Future.succeededFuture();
    }

    @Override
    public int inFlight() {
      return 0;
    }

    @Override
    public List<WorkInFlight> cut() {
      return List.of();
    }

    @Override
    public Future<?> release() {
      return Future.succeededFuture();
    }

    @Override
    public void leave() {}
  }
}
