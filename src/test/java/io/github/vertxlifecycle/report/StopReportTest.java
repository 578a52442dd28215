package io.github.vertxlifecycle.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.FinishedWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.RandomGraphs;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StopReportTest {

  private static final StopReason SIGTERM = new StopReason(StopReason.Kind.SIGNAL, "SIGTERM");

  private final LifecycleTimeline timeline = new LifecycleTimeline();
  private final Map<String, Set<String>> edges = new LinkedHashMap<>();

  private void started(long at) {
    timeline.on(new LifecycleEvent.StartBegan(at, edges));
    for (String name : edges.keySet()) {
      timeline.on(new LifecycleEvent.ComponentStarting(at, name));
      timeline.on(new LifecycleEvent.ComponentStarted(at, name));
    }
    timeline.on(new LifecycleEvent.Started(at));
  }

  private void stopBegan(long at, long announced) {
    timeline.on(
        new LifecycleEvent.StopBegan(
            at, SIGTERM, Duration.ofNanos(announced - at), Duration.ofSeconds(25)));
    timeline.on(new LifecycleEvent.AnnounceEnded(announced));
  }

  private void stopped(String name, long drain, long release, long end) {
    stopped(name, drain, release, end, Outcome.CLEAN, List.of(), null);
  }

  private void stopped(
      String name,
      long drain,
      long release,
      long end,
      Outcome outcome,
      List<CutWork> cut,
      Throwable failure) {
    timeline.on(new LifecycleEvent.ComponentDraining(drain, name, 1, Duration.ZERO));
    timeline.on(new LifecycleEvent.ComponentReleasing(release, name, cut, Duration.ofSeconds(1)));
    timeline.on(new LifecycleEvent.ComponentStopped(end, name, outcome, cut, failure));
  }

  private static long ms(double millis) {
    return Math.round(millis * 1e6);
  }

  private void links() {
    edges.put("postgres", Set.of());
    edges.put("hits", Set.of("postgres"));
    edges.put("http", Set.of("hits"));
  }

  @Test
  void countsFromTheEndOfTheAnnouncementAndTheWholeFromItsBeginning() {
    links();
    started(ms(100));
    stopBegan(ms(1_000), ms(1_500));
    stopped("http", ms(1_500), ms(1_520), ms(1_521));
    stopped("hits", ms(1_521), ms(1_530), ms(1_533));
    stopped("postgres", ms(1_533), ms(1_533), ms(1_540));
    timeline.on(new LifecycleEvent.Stopped(ms(1_540)));
    assertThat(StopReport.of(timeline, 0))
        .isEqualTo(
            new StopReport(
                "SIGTERM",
                0,
                Outcome.CLEAN,
                540,
                List.of(
                    new StopReport.ComponentReport(
                        "http", Outcome.CLEAN, 0, 20, 1, List.of(), null),
                    new StopReport.ComponentReport(
                        "hits", Outcome.CLEAN, 21, 9, 3, List.of(), null),
                    new StopReport.ComponentReport(
                        "postgres", Outcome.CLEAN, 33, 0, 7, List.of(), null)),
                List.of("http", "hits", "postgres")));
  }

  @Test
  void countsWhatIsGivenUpUntilThen() {
    edges.put("http", Set.of());
    started(0);
    stopBegan(ms(10), ms(10));
    timeline.on(new LifecycleEvent.ComponentDraining(ms(12), "http", 1, Duration.ZERO));
    assertThat(StopReport.of(timeline, 124, ms(512)))
        .isEqualTo(
            new StopReport(
                "SIGTERM",
                124,
                Outcome.TIMED_OUT,
                502,
                List.of(
                    new StopReport.ComponentReport(
                        "http", Outcome.TIMED_OUT, 2, 500, 0, List.of(), null)),
                List.of("http")));
  }

  @Test
  void addsUpExactlyHoweverTheMomentsRound() {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      LifecycleTimeline one = new LifecycleTimeline();
      long origin = random.nextLong(1_000_000_000L);
      long drain = origin + random.nextLong(50_000_000L);
      long release = drain + random.nextLong(50_000_000L);
      long end = release + random.nextLong(50_000_000L);
      one.on(new LifecycleEvent.StartBegan(0, Map.of("a", Set.of())));
      one.on(new LifecycleEvent.ComponentStarting(0, "a"));
      one.on(new LifecycleEvent.StopBegan(origin, SIGTERM, Duration.ZERO, Duration.ofSeconds(25)));
      one.on(new LifecycleEvent.AnnounceEnded(origin));
      one.on(new LifecycleEvent.ComponentDraining(drain, "a", 0, Duration.ZERO));
      one.on(new LifecycleEvent.ComponentReleasing(release, "a", List.of(), Duration.ofSeconds(1)));
      one.on(new LifecycleEvent.ComponentStopped(end, "a", Outcome.CLEAN, List.of(), null));
      StopReport.ComponentReport a = StopReport.of(one, 0).components().get(0);
      long moment = Math.round((end - origin) / 1e6);
      assertThat(a.waitedMs() + a.drainedMs() + a.releasedMs()).isEqualTo(moment);
      assertThat(a.stoppedMs()).isEqualTo(moment);
      assertThat(List.of(a.waitedMs(), a.drainedMs(), a.releasedMs())).allMatch(span -> span >= 0);
    }
  }

  @Test
  void listsWhatStoppedAtOneMomentInTheOrderOfItsStops() {
    links();
    edges.put("alone", Set.of());
    started(0);
    stopBegan(5, 5);
    for (String name : List.of("http", "alone", "hits", "postgres")) {
      stopped(name, 5, 5, 5);
    }
    StopReport report = StopReport.of(timeline, 0);
    assertThat(report.components())
        .extracting(StopReport.ComponentReport::name)
        .containsExactly("http", "alone", "hits", "postgres");
    assertThat(report.criticalPath()).containsExactly("http", "hits", "postgres");
  }

  @Test
  void endsWithTheStopWhateverIsHeardLater() {
    links();
    started(0);
    stopBegan(0, 0);
    stopped("http", 0, 0, ms(1));
    stopped("hits", ms(1), ms(1), ms(2));
    stopped("postgres", ms(2), ms(2), ms(3));
    timeline.on(new LifecycleEvent.Stopped(ms(3)));
    timeline.on(new LifecycleEvent.LateUse(ms(900), "postgres", "http", null));
    assertThat(StopReport.of(timeline, 0).durationMs()).isEqualTo(3);
  }

  @Test
  void reportsWhatHasNotStoppedAsTimedOut() {
    links();
    started(0);
    stopBegan(0, 0);
    timeline.on(new LifecycleEvent.ComponentDraining(0, "http", 1, Duration.ofSeconds(20)));
    timeline.on(
        new LifecycleEvent.ComponentReleasing(ms(20), "http", List.of(), Duration.ofSeconds(1)));
    StopReport report = StopReport.of(timeline, 124);
    assertThat(report.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(report.components()).hasSize(3).allMatch(one -> one.outcome() == Outcome.TIMED_OUT);
    assertThat(report.durationMs()).isEqualTo(20);
  }

  @Test
  void takesTheWorstOutcomeForThatOfTheWhole() {
    assertThat(timeline.outcome()).isEqualTo(Outcome.CLEAN);
    Outcome[] fromGoodToBad = {Outcome.CLEAN, Outcome.FAILED, Outcome.CUT, Outcome.TIMED_OUT};
    for (Outcome worse : fromGoodToBad) {
      stopped(worse.name(), 0, 0, 0, worse, List.of(), null);
      assertThat(timeline.outcome()).isEqualTo(worse);
    }
  }

  @Test
  void listsOnlyWhatHadBegunToStart() {
    links();
    timeline.on(new LifecycleEvent.StartBegan(0, edges));
    timeline.on(new LifecycleEvent.ComponentStarting(0, "postgres"));
    IllegalStateException refused = new IllegalStateException("connection refused");
    timeline.on(new LifecycleEvent.ComponentStartFailed(ms(5), "postgres", refused));
    timeline.on(
        new LifecycleEvent.ComponentReleasing(ms(5), "postgres", List.of(), Duration.ofSeconds(1)));
    stopBegan(ms(5), ms(5));
    timeline.on(
        new LifecycleEvent.ComponentStopped(ms(6), "postgres", Outcome.CLEAN, List.of(), null));
    timeline.on(new LifecycleEvent.Stopped(ms(6)));
    assertThat(StopReport.of(timeline, 69).components())
        .containsExactly(
            new StopReport.ComponentReport(
                "postgres", Outcome.FAILED, 0, 0, 1, List.of(), "connection refused"));
  }

  @Test
  void aFailedStartIsNotCleanHoweverWellItWasRolledBack() {
    links();
    timeline.on(new LifecycleEvent.StartBegan(0, edges));
    timeline.on(
        new LifecycleEvent.StopBegan(
            0,
            new StopReason(StopReason.Kind.FAILED_START, "management: port taken"),
            Duration.ZERO,
            Duration.ofSeconds(25)));
    timeline.on(new LifecycleEvent.Stopped(ms(1)));

    assertThat(StopReport.of(timeline, 69).toText())
        .isEqualTo("Stopped (management: port taken): FAILED in 1 ms, exit code 69\n");
  }

  @Test
  void namesNoCodeThatIsNotKnown() {
    edges.put("http", Set.of());
    started(0);
    stopBegan(0, 0);
    stopped("http", 0, 0, 0);
    timeline.on(new LifecycleEvent.Stopped(ms(1)));
    StopReport report = StopReport.of(timeline, null);

    assertThat(report.toText()).startsWith("Stopped (SIGTERM): CLEAN in 1 ms\n");
    assertThat(new JsonObject(report.toJson()).containsKey("exitCode")).isFalse();
  }

  @Test
  void takesTheReasonFromTheEventsAndElseFromWhoeverAsked() {
    assertThat(StopReport.of(timeline, 124).orReason(SIGTERM).reason()).isEqualTo("SIGTERM");
    edges.put("http", Set.of());
    started(0);
    stopBegan(0, 0);
    StopReason other = new StopReason(StopReason.Kind.REQUEST, "other");
    assertThat(StopReport.of(timeline, 124).orReason(other).reason()).isEqualTo("SIGTERM");
  }

  @Test
  void saysInOneLineWhatDidNotEndWellAndWhatTookTheTime() {
    links();
    started(0);
    stopBegan(0, 0);
    List<CutWork> cut = List.of(new CutWork("GET / from 1.2.3.4:5", Duration.ofSeconds(24)));
    stopped("http", 0, ms(22), ms(22), Outcome.CUT, cut, null);
    stopped("hits", ms(22), ms(22), ms(23), Outcome.FAILED, List.of(), new IOException("gone"));
    stopped("postgres", ms(23), ms(23), ms(24), Outcome.TIMED_OUT, List.of(), null);
    timeline.on(new LifecycleEvent.Stopped(ms(24)));

    assertThat(StopReport.of(timeline, 124).toLine())
        .isEqualTo(
            "Stopped (SIGTERM): TIMED_OUT in 24 ms, exit code 124;"
                + " http: cut GET / from 1.2.3.4:5, 24 s old; hits FAILED: java.io.IOException: gone;"
                + " postgres TIMED_OUT: its release did not end in time (1 ms); raise"
                + " lifecycle.stopTimeout or postgres.releaseTimeout;"
                + " critical path: http → hits → postgres");
  }

  @Test
  void findsTheCriticalPathOfRandomStops() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      ComponentGraph graph = RandomGraphs.next(random, 80);
      LifecycleTimeline one = new LifecycleTimeline();
      one.on(new LifecycleEvent.StartBegan(0, graph.dependencies()));
      one.on(new LifecycleEvent.StopBegan(0, SIGTERM, Duration.ZERO, Duration.ofSeconds(25)));
      one.on(new LifecycleEvent.AnnounceEnded(0));
      Map<String, Long> lasts = new HashMap<>();
      Map<String, Long> ends = new HashMap<>();
      List<String> stopOrder = new ArrayList<>(graph.startOrder());
      Collections.reverse(stopOrder);
      for (String name : stopOrder) {
        lasts.put(name, ms(1 + random.nextInt(1_000_000) / 1_000.0));
        long begin = graph.dependentsOf(name).stream().mapToLong(ends::get).max().orElse(0);
        ends.put(name, begin + lasts.get(name));
      }
      stopOrder.sort(Comparator.comparing(ends::get));
      for (String name : stopOrder) {
        long begin = ends.get(name) - lasts.get(name);
        one.on(new LifecycleEvent.ComponentDraining(begin, name, 0, Duration.ZERO));
        one.on(
            new LifecycleEvent.ComponentReleasing(begin, name, List.of(), Duration.ofSeconds(1)));
        one.on(
            new LifecycleEvent.ComponentStopped(
                ends.get(name), name, Outcome.CLEAN, List.of(), null));
      }
      List<String> path = StopReport.of(one, 0).criticalPath();
      assertThat(path.stream().mapToLong(lasts::get).sum())
          .as("seed %d", seed)
          .isEqualTo(ends.values().stream().mapToLong(end -> end).max().orElse(0));
      assertThat(graph.dependentsOf(path.get(0))).isEmpty();
      for (int i = 1; i < path.size(); i++) {
        assertThat(graph.dependenciesOf(path.get(i - 1))).contains(path.get(i));
      }
    }
  }

  @Test
  void writesJsonInItsPromisedShape() {
    links();
    started(0);
    stopBegan(0, 0);
    List<CutWork> cut = List.of(new CutWork("GET / from 1.2.3.4:5", Duration.ofSeconds(24)));
    stopped("http", 0, ms(22_000), ms(22_010), Outcome.CUT, cut, null);
    stopped("hits", ms(22_010), ms(22_010), ms(22_011));
    stopped("postgres", ms(22_011), ms(22_011), ms(22_015));
    timeline.on(new LifecycleEvent.Stopped(ms(22_015)));
    JsonObject json = new JsonObject(StopReport.of(timeline, 124).toJson());
    assertThat(json)
        .isEqualTo(
            new JsonObject()
                .put("reason", "SIGTERM")
                .put("exitCode", 124)
                .put("outcome", "CUT")
                .put("durationMs", 22_015)
                .put(
                    "components",
                    new JsonArray()
                        .add(
                            component("http", "CUT", 0, 22_000, 10)
                                .put(
                                    "cut",
                                    new JsonArray()
                                        .add(
                                            new JsonObject()
                                                .put("what", "GET / from 1.2.3.4:5")
                                                .put("ageMs", 24_000))))
                        .add(component("hits", "CLEAN", 22_010, 0, 1))
                        .add(component("postgres", "CLEAN", 22_011, 0, 4)))
                .put("criticalPath", new JsonArray().add("http").add("hits").add("postgres"))
                .put(
                    "longestWork",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("component", "http")
                                .put("what", "GET / from 1.2.3.4:5")
                                .put("ageMs", 24_000)
                                .put("cut", true))));
    assertThat(json.fieldNames())
        .containsExactly(
            "reason",
            "exitCode",
            "outcome",
            "durationMs",
            "components",
            "criticalPath",
            "longestWork");
    assertThat(json.getJsonArray("components").getJsonObject(0).fieldNames())
        .containsExactly("name", "outcome", "waitedMs", "drainedMs", "releasedMs", "cut");
    assertThat(StopReport.of(timeline, 124).toJson()).doesNotContain("\n");
  }

  private void drained(String name, FinishedWork... longest) {
    timeline.on(new LifecycleEvent.ComponentDraining(0, name, 1, Duration.ofSeconds(20)));
    timeline.on(
        new LifecycleEvent.ComponentReleasing(
            0, name, List.of(), Duration.ofSeconds(1), List.of(longest)));
    timeline.on(new LifecycleEvent.ComponentStopped(0, name, Outcome.CLEAN, List.of(), null));
  }

  private static FinishedWork took(String what, long millis) {
    return new FinishedWork(what, Duration.ofMillis(millis));
  }

  @Test
  void listsTheFiveUnitsOfWorkThatTookLongestOfAllComponents() {
    edges.put("http", Set.of());
    edges.put("worker", Set.of());
    started(0);
    stopBegan(0, 0);
    drained("http", took("POST /links from 1.2.3.4:5", 2_400), took("c", 30), took("d", 20));
    drained("worker", took("batch 7", 7_000), took("e", 10), took("f", 5));

    StopReport report = StopReport.of(timeline, 0);

    assertThat(report.longestWork())
        .containsExactly(
            new StopReport.LongWork("worker", "batch 7", 7_000, false),
            new StopReport.LongWork("http", "POST /links from 1.2.3.4:5", 2_400, false),
            new StopReport.LongWork("http", "c", 30, false),
            new StopReport.LongWork("http", "d", 20, false),
            new StopReport.LongWork("worker", "e", 10, false));
    assertThat(report.toText())
        .contains(
            """
            worker: waited for batch 7, which took 7 s
            http: waited for POST /links from 1.2.3.4:5, which took 2.4 s
            """)
        .doesNotContain("waited for c");
    assertThat(report.toLine()).contains("; worker: waited for batch 7, which took 7 s");
  }

  @Test
  void saysWhichRunOfWhichApplicationItWas() {
    edges.put("a", Set.of());
    started(0);
    stopBegan(0, 0);
    drained("a");
    Instant begin = Instant.parse("2026-03-01T12:00:00Z");
    StopReport report =
        StopReport.of(timeline, 0)
            .of(
                new ApplicationRun(
                    "LinksApp",
                    "1.2.0",
                    "web-1",
                    7,
                    Instant.parse("2026-02-01T01:02:03.004005Z"),
                    begin,
                    begin.plusMillis(120)));

    JsonObject json = new JsonObject(report.toJson());
    assertThat(json.getString("application")).isEqualTo("LinksApp");
    assertThat(json.getString("version")).isEqualTo("1.2.0");
    assertThat(json.getString("host")).isEqualTo("web-1");
    assertThat(json.getLong("pid")).isEqualTo(7);
    assertThat(json.getString("started")).isEqualTo("2026-02-01T01:02:03.004Z");
    assertThat(json.getString("begin")).isEqualTo("2026-03-01T12:00:00.000Z");
    assertThat(json.getString("end")).isEqualTo("2026-03-01T12:00:00.120Z");
    assertThat(report.toText())
        .endsWith(
            "\nLinksApp 1.2.0, host web-1, pid 7,"
                + " from 2026-03-01T12:00:00.000Z to 2026-03-01T12:00:00.120Z\n");
  }

  @Test
  void mentionsNothingThatIsNotKnown() {
    StopReport report =
        StopReport.of(timeline, 0).of(new ApplicationRun("App", null, null, 7, null, null, null));

    assertThat(new JsonObject(report.toJson()).fieldNames())
        .contains("application", "pid")
        .doesNotContain("version", "host", "started", "begin", "end");
    assertThat(report.toText()).endsWith("\nApp, pid 7\n").doesNotContain("null");
  }

  private static JsonObject component(
      String name, String outcome, int waited, int drained, int released) {
    return new JsonObject()
        .put("name", name)
        .put("outcome", outcome)
        .put("waitedMs", waited)
        .put("drainedMs", drained)
        .put("releasedMs", released)
        .put("cut", new JsonArray());
  }

  @Test
  void writesATableForPeople() {
    links();
    started(0);
    stopBegan(0, 0);
    List<CutWork> cut = List.of(new CutWork("GET / from 1.2.3.4:5", Duration.ofSeconds(24)));
    stopped("http", 0, ms(22_000), ms(22_010), Outcome.CUT, cut, null);
    stopped(
        "hits",
        ms(22_010),
        ms(22_010),
        ms(22_011),
        Outcome.FAILED,
        List.of(),
        new IllegalStateException("socket gone\nand more"));
    stopped("postgres", ms(22_011), ms(22_011), ms(23_011), Outcome.TIMED_OUT, List.of(), null);
    timeline.on(new LifecycleEvent.Stopped(ms(23_011)));
    assertThat(StopReport.of(timeline, 124).toText())
        .isEqualTo(
            """
            Stopped (SIGTERM): TIMED_OUT in 23 s, exit code 124
              component  outcome       waited    drained   released
              http       CUT             0 ms       22 s      10 ms
              hits       FAILED          22 s       0 ms       1 ms
              postgres   TIMED_OUT       22 s       0 ms        1 s
            http: cut GET / from 1.2.3.4:5, 24 s old
            hits: socket gone
            postgres: its release did not end in time (1 s); raise lifecycle.stopTimeout or
                postgres.releaseTimeout
            critical path: http → hits → postgres
            """);
  }

  @Test
  void fitsAHundredColumnsAndLosesNothing() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String name = "component-" + i;
      edges.put(name, names.isEmpty() ? Set.of() : Set.of(names.get(0)));
      names.add(0, name);
    }
    started(0);
    stopBegan(0, 0);
    long at = 0;
    String longText = "word ".repeat(60) + "end";
    for (String name : names) {
      List<CutWork> cut = List.of(new CutWork(longText, Duration.ofMinutes(125)));
      stopped(name, at, at, ++at, Outcome.CUT, cut, new IllegalStateException(longText));
    }
    timeline.on(new LifecycleEvent.Stopped(at));
    String text = StopReport.of(timeline, 124).toText();
    assertThat(text.lines()).allMatch(line -> line.length() <= 100);
    String flat = text.replaceAll("\\s+", " ");
    assertThat(flat)
        .contains("critical path: " + String.join(" → ", names))
        .contains("component-7: " + longText)
        .contains("component-7: cut " + longText + ", 125 min old");
  }

  @Test
  void cutsALineThatHasNoPlaceToBreak() {
    edges.put("a", Set.of());
    started(0);
    stopBegan(0, 0);
    List<CutWork> cut = List.of(new CutWork("#".repeat(500), Duration.ZERO));
    stopped("a", 0, 0, 1, Outcome.CUT, cut, null);
    String text = StopReport.of(timeline, 124).toText();
    assertThat(text.lines()).allMatch(line -> line.length() <= 100);
    assertThat(text.chars().filter(c -> c == '#')).hasSize(500);
  }

  @Test
  void reportsAStopThatNeverBegan() {
    StopReport report = StopReport.of(timeline, 2);
    assertThat(report)
        .isEqualTo(new StopReport("not asked to stop", 2, Outcome.CLEAN, 0, List.of(), List.of()));
    assertThat(report.toText())
        .isEqualTo("Stopped (not asked to stop): CLEAN in 0 ms, exit code 2\n");
  }
}
