package io.github.vertxlifecycle.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.lifecycle.WorkStats;
import io.github.vertxlifecycle.work.WorkInFlight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stops that never were, each of which breaks one promise. */
final class StopPromisesTest {

  private static final Duration BUDGET = Duration.ofSeconds(5);

  private final ComponentGraph graph =
      ComponentGraph.of(Map.of("store", Set.of(), "http", Set.of("store"), "mail", Set.of()));
  private final LifecycleTimeline timeline = new LifecycleTimeline();
  private final List<LifecycleEvent.LateUse> late = new ArrayList<>();
  private final List<UnfinishedCall> left = new ArrayList<>();
  private Map<String, WorkStats> stats = Map.of();

  private static long at(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @BeforeEach
  void start() {
    for (String one : List.of("store", "mail", "http")) {
      timeline.on(new LifecycleEvent.ComponentStarting(at(0), one));
      timeline.on(new LifecycleEvent.ComponentStarted(at(0), one));
    }
    timeline.on(
        new LifecycleEvent.StopBegan(
            at(10), new StopReason(StopReason.Kind.REQUEST, "test"), Duration.ZERO, BUDGET));
  }

  private void stops(String component, long from, long to, Outcome outcome, CutWork... cut) {
    Duration limit = Duration.ofSeconds(1);
    List<CutWork> all = List.of(cut);
    timeline.on(new LifecycleEvent.ComponentDraining(at(from), component, 0, limit));
    timeline.on(new LifecycleEvent.ComponentReleasing(at(to), component, all, limit, List.of()));
    timeline.on(new LifecycleEvent.ComponentStopped(at(to), component, outcome, all, null));
  }

  private void stopsInOrder(Outcome http) {
    stops("mail", 10, 20, Outcome.CLEAN);
    stops("http", 10, 20, http);
    stops("store", 20, 30, Outcome.CLEAN);
  }

  private List<String> broken() {
    timeline.on(new LifecycleEvent.Stopped(timeline.latest()));
    return StopPromises.broken(timeline, graph, BUDGET, stats, late, left);
  }

  @Test
  void aGoodStopBreaksNone() {
    stopsInOrder(Outcome.CLEAN);

    assertThat(broken()).isEmpty();
  }

  @Test
  void order() {
    stops("mail", 10, 20, Outcome.CLEAN);
    stops("store", 19, 30, Outcome.CLEAN);
    stops("http", 10, 20, Outcome.CLEAN);

    assertThat(broken())
        .containsExactly(
            "\"store\" began to stop before \"http\", which depends on it, had stopped");
  }

  @Test
  void budget() {
    stops("mail", 10, 20, Outcome.CLEAN);
    stops("http", 10, 20_000, Outcome.CLEAN);
    stops("store", 20_000, 20_000, Outcome.CLEAN);

    assertThat(broken()).containsExactly("the stop took 20 s, and its budget is 5 s");
  }

  @Test
  void aStopThatHasNotEnded() {
    stopsInOrder(Outcome.CLEAN);

    assertThat(StopPromises.broken(timeline, graph, BUDGET, stats, late, left))
        .containsExactly("the stop has not ended");
  }

  @Test
  void workInFlightThatNobodyNames() {
    stopsInOrder(Outcome.CLEAN);
    stats = Map.of("http", new WorkStats(3, 0, List.of(new WorkInFlight("GET /", null, at(5)))));

    assertThat(broken())
        .singleElement()
        .asString()
        .startsWith("\"http\" stopped with 1 in flight, and its report names 0 as cut: ")
        .contains("GET /");
  }

  @Test
  void aUseWithoutAnEdge() {
    stopsInOrder(Outcome.CLEAN);
    late.add(new LifecycleEvent.LateUse(at(25), "mail", "http", null));
    late.add(new LifecycleEvent.LateUse(at(26), "mail", "http", null));

    assertThat(broken())
        .containsExactly(
            "\"http\" used \"mail\" when that was stopping or had stopped: declare .dependsOn(\"mail\") on \"http\"");
  }

  @Test
  void workOfOneThatSaysItIsClean() {
    stopsInOrder(Outcome.CLEAN);
    late.add(new LifecycleEvent.LateUse(at(35), "store", "http", Outcome.CLEAN));
    left.add(new UnfinishedCall("store", "save", "http"));
    left.add(new UnfinishedCall("mail", "send", "http"));
    left.add(new UnfinishedCall("mail", "send", ""));

    assertThat(broken())
        .containsExactly(
            "\"http\" had stopped clean, and its work went on to use \"store\": track(…) that work in \"http\"",
            "\"http\" had called save of \"store\", which was not finished when \"store\" had stopped: track(…) its future in \"http\", or answer when it is done",
            "\"http\" had called send of \"mail\", which was not finished when \"mail\" had stopped: declare .dependsOn(\"mail\") on \"http\"",
            "a thread of no component had called send of \"mail\", which was not finished when \"mail\" had stopped: track(…) its future, or answer when it is done");
  }

  @Test
  void whatIsLeftOfOneThatWasCutIsNoNews() {
    stopsInOrder(Outcome.CUT);
    late.add(new LifecycleEvent.LateUse(at(35), "store", "http", Outcome.CUT));
    late.add(new LifecycleEvent.LateUse(at(36), "mail", "store", null)); // it was asked by "http"
    left.add(new UnfinishedCall("store", "save", "http"));
    left.add(new UnfinishedCall("mail", "send", "")); // on a thread of the client's, say

    assertThat(broken()).isEmpty();
  }
}
