package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.time.ManualClock;
import io.github.vertxlifecycle.work.WorkTracker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is named while something waits, and that nothing runs while nothing waits. */
final class StallReporterTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final StopReason STOP = new StopReason(StopReason.Kind.REQUEST, "test");

  private final ManualClock clock = new ManualClock();
  private final WorkTracker work = new WorkTracker(clock);
  private final List<LifecycleEvent.StillWaiting> told = new ArrayList<>();
  private final LifecycleTimeline timeline = new LifecycleTimeline();
  private final LifecycleView view =
      new LifecycleView(
          "test",
          ComponentGraph.of(Map.of("http", Set.of("postgres"), "postgres", Set.of())),
          name ->
              new ComponentLimits(name, LIMIT, null, Duration.ofSeconds(1), Duration.ofSeconds(1)),
          name ->
              name.equals("http")
                  ? new WorkStats(work.admitted(), work.refused(), work.inFlight())
                  : WorkStats.NONE,
          List::of,
          timeline,
          clock);
  private final StallReporter stalls =
      new StallReporter(
          view, clock, Runnable::run, event -> told.add((LifecycleEvent.StillWaiting) event));

  private void on(LifecycleEvent event) {
    timeline.on(event);
    stalls.on(event);
  }

  private void run() {
    on(new LifecycleEvent.ComponentStarting(clock.nanos(), "postgres"));
    on(new LifecycleEvent.ComponentStarted(clock.nanos(), "postgres"));
    on(new LifecycleEvent.ComponentStarting(clock.nanos(), "http"));
    on(new LifecycleEvent.ComponentStarted(clock.nanos(), "http"));
  }

  private void drain() {
    for (String name : List.of("postgres", "http")) {
      on(new LifecycleEvent.ComponentStopAsked(clock.nanos(), name, STOP));
    }
    on(new LifecycleEvent.ComponentDraining(clock.nanos(), "http", 1, LIMIT));
  }

  @Test
  void namesTheOldestWorkAndWhoIsHeldUpWithinFiveSecondsAndAgain() {
    run();
    work.admit("GET /slow", "127.0.0.1:4711");
    clock.advance(Duration.ofSeconds(1));
    work.admit("GET /young", null);
    drain();

    clock.advance(Duration.ofSeconds(5));

    assertThat(told)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.component()).isEqualTo("http");
              assertThat(one.state()).isEqualTo(ComponentState.DRAINING);
              assertThat(one.waited()).isEqualTo(StallReporter.EVERY);
              assertThat(one.left()).isEqualTo(LIMIT.minus(StallReporter.EVERY));
              assertThat(one.heldUp()).containsExactly("postgres");
              assertThat(one.inFlight()).isEqualTo(2);
              assertThat(one.oldest().what()).isEqualTo("GET /slow from 127.0.0.1:4711");
              assertThat(one.oldest().age()).isEqualTo(StallReporter.EVERY.plusSeconds(1));
              assertThat(one.oldest().origin()).isEmpty();
            });
    clock.advance(StallReporter.EVERY);
    assertThat(told).hasSize(2);
  }

  @Test
  void tellsWhereWorkWasAdmittedIfThatIsCaptured() {
    work.captureOrigins();
    run();
    work.admit("GET /slow", null);
    drain();

    clock.advance(StallReporter.EVERY);

    assertThat(told.get(0).oldest().origin().get(0).getMethodName())
        .isEqualTo("tellsWhereWorkWasAdmittedIfThatIsCaptured");
    assertThat(view.now().stalls())
        .contains("http: draining for 4 s, 1 in flight", "GET /slow, 4 s old", "at ")
        .contains("postgres: waits for http");
  }

  @Test
  void noTimerRunsWhileNothingIsWaitedFor() {
    run();
    assertThat(clock.pending()).isZero();
    drain();
    assertThat(clock.pending()).isEqualTo(1);
    on(
        new LifecycleEvent.ComponentReleasing(
            clock.nanos(), "http", List.of(), Duration.ofSeconds(1)));
    assertThat(clock.pending()).isEqualTo(1);
    on(new LifecycleEvent.ComponentStopped(clock.nanos(), "http", Outcome.CLEAN, List.of(), null));
    assertThat(clock.pending()).isZero();
    assertThat(told).isEmpty();
  }
}
