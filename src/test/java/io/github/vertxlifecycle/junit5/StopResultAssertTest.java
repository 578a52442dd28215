package io.github.vertxlifecycle.junit5;

import static io.github.vertxlifecycle.junit5.StopResultAssert.after;
import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static io.github.vertxlifecycle.junit5.StopResultAssert.before;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.report.StopReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The assertions, on stops that are made of events. */
@ResourceLock("system properties")
final class StopResultAssertTest {

  @TempDir private Path directory;

  private final LifecycleTimeline timeline = new LifecycleTimeline();
  private final List<LifecycleEvent.LateUse> late = new ArrayList<>();

  /** Both run, and the stop begins at 0 ms. */
  @BeforeEach
  void bothRun() {
    Map<String, Set<String>> graph = new LinkedHashMap<>();
    graph.put("store", Set.of());
    graph.put("http", Set.of("store"));
    timeline.on(new LifecycleEvent.StartBegan(0, graph));
    for (String one : graph.keySet()) {
      timeline.on(new LifecycleEvent.ComponentStarting(0, one));
      timeline.on(new LifecycleEvent.ComponentStarted(0, one));
    }
    timeline.on(new LifecycleEvent.Started(0));
    StopReason reason = new StopReason(StopReason.Kind.REQUEST, "test");
    timeline.on(new LifecycleEvent.StopBegan(0, reason, Duration.ZERO, Duration.ofSeconds(25)));
    timeline.on(new LifecycleEvent.AnnounceEnded(0));
    for (String one : graph.keySet()) {
      timeline.on(new LifecycleEvent.ComponentStopAsked(0, one, reason));
    }
  }

  private static long at(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void stops(String component, long from, long to) {
    stops(component, from, to, Outcome.CLEAN, List.of(), null);
  }

  private void stops(
      String component, long from, long to, Outcome outcome, List<CutWork> cut, Throwable failure) {
    Duration limit = Duration.ofSeconds(1);
    timeline.on(new LifecycleEvent.ComponentDraining(at(from), component, cut.size(), limit));
    timeline.on(new LifecycleEvent.ComponentReleasing(at(to), component, cut, limit, List.of()));
    timeline.on(new LifecycleEvent.ComponentStopped(at(to), component, outcome, cut, failure));
  }

  private StopResult result() {
    timeline.on(new LifecycleEvent.Stopped(timeline.latest()));
    return new StopResult(
        "NotesApp",
        "NotesTest.stops()",
        timeline,
        StopReport.of(timeline, null),
        late,
        List.of(),
        List.of());
  }

  private String problem(Runnable assertion) {
    String before = System.getProperty(PictureFile.DIRECTORY);
    System.setProperty(PictureFile.DIRECTORY, directory.toString());
    try {
      Throwable problem = catchThrowable(assertion::run);
      assertThat(problem).isInstanceOf(AssertionError.class);
      return problem.getMessage();
    } finally {
      if (before == null) {
        System.clearProperty(PictureFile.DIRECTORY);
      } else {
        System.setProperty(PictureFile.DIRECTORY, before);
      }
    }
  }

  @Test
  void acceptsAStopInOrder() {
    stops("http", 0, 10);
    stops("store", 10, 12);

    assertThat(result())
        .isClean()
        .hasOutcome(Outcome.CLEAN)
        .hasOutcome("http", Outcome.CLEAN)
        .stopped("http", "store")
        .stopped("http", before("store"))
        .stopped("store", after("http"))
        .cutNothing()
        .usedNothingLate()
        .within(Duration.ofMillis(12));
  }

  @Test
  void printsTheTimelineAndNamesThePicture() throws IOException {
    stops("http", 0, 10);
    stops("store", 5, 12);
    StopResult stop = result();

    String problem = problem(() -> assertThat(stop).stopped("http", before("store")));

    assertThat(problem)
        .startsWith(
            "NotesApp: \"http\" should have stopped before \"store\" began to, and did not: nothing"
                + " makes it wait. Declare .dependsOn(\"store\") on \"http\" if it uses that")
        .contains("component  outcome", "critical path", "█");
    Path picture = stop.saveSvg();
    assertThat(problem).endsWith("The picture: " + picture);
    assertThat(picture.getParent()).isEqualTo(directory.toAbsolutePath());
    assertThat(picture.getFileName().toString()).startsWith("NotesApp-NotesTest.stops");
    assertThat(Files.readString(picture)).contains("http", "store").startsWith("<svg");
    assertThat(stop.saveSvg()).isEqualTo(picture);
  }

  @Test
  void comparesMomentsWhicheverSideIsNamed() {
    stops("http", 0, 10);
    stops("store", 9, 12);

    assertThat(problem(() -> assertThat(result()).stopped("store", after("http"))))
        .contains("\"http\" should have stopped before \"store\" began to");
  }

  @Test
  void namesWhatWasCut() {
    stops(
        "http",
        0,
        10,
        Outcome.CUT,
        List.of(new CutWork("POST /notes", Duration.ofMillis(10))),
        null);
    stops("store", 10, 12);
    StopResult stop = result();

    assertThat(stop).hasOutcome(Outcome.CUT).cut("http", "POST");
    assertThat(problem(() -> assertThat(stop).cutNothing()))
        .startsWith("NotesApp: nothing should have been cut, and this was: {http=[POST /notes]}")
        .contains("\"http\" was cut while it had in flight: POST /notes. Wait for that work");
    assertThat(problem(() -> assertThat(stop).cut("store", "POST")))
        .startsWith("NotesApp: \"store\" should have cut \"POST\", and cut nothing");
    assertThat(problem(() -> assertThat(stop).isClean()))
        .startsWith("NotesApp: the stop should have been clean, and was CUT");
  }

  @Test
  void hasTheFailureAsItsCause() {
    IOException failure = new IOException("the disk is full");
    stops("http", 0, 10, Outcome.FAILED, List.of(), failure);
    stops("store", 10, 12);

    assertThat(catchThrowable(() -> assertThat(result()).isClean()))
        .hasCause(failure)
        .hasMessageContaining("\"http\" has failed. Its stop failed: ");
  }

  @Test
  void saysWhatTheOutcomeWas() {
    stops("http", 0, 10);
    stops("store", 10, 12);

    assertThat(problem(() -> assertThat(result()).hasOutcome(Outcome.TIMED_OUT)))
        .startsWith("NotesApp: the stop should have been TIMED_OUT, and was CLEAN");
    assertThat(problem(() -> assertThat(result()).hasOutcome("http", Outcome.CUT)))
        .startsWith("NotesApp: \"http\" should have been CUT, and was CLEAN");
  }

  @Test
  void saysThatAComponentHasNotStopped() {
    stops("http", 0, 10);

    assertThat(problem(() -> assertThat(result()).stopped("store")))
        .startsWith("NotesApp: \"store\" should have stopped, and has not");
  }

  @Test
  void namesTheComponentsThereAre() {
    stops("http", 0, 10);
    stops("store", 10, 12);

    assertThat(problem(() -> assertThat(result()).stopped("htpp")))
        .startsWith("NotesApp: no component \"htpp\" has begun to start; there are store, http");
  }

  @Test
  void namesTheEdgeThatIsMissing() {
    stops("store", 0, 10);
    late.add(new LifecycleEvent.LateUse(at(11), "store", "http", null));
    stops("http", 10, 12);

    assertThat(problem(() -> assertThat(result()).usedNothingLate()))
        .startsWith(
            "NotesApp: nothing should have been used late, and \"store\" was, by \"http\": declare"
                + " .dependsOn(\"store\") on it, or track its work")
        .contains("\"http\" used \"store\" late; declare .dependsOn(\"store\") on \"http\"");
  }

  @Test
  void saysWhatTookTheTime() {
    stops("http", 0, 1_000);
    stops("store", 1_000, 1_250);

    assertThat(problem(() -> assertThat(result()).within(Duration.ofSeconds(1))))
        .startsWith(
            "NotesApp: the stop should have taken 1 s at most, and took 1.25 s; its critical path"
                + " is http → store");
  }

  @Test
  void nothingIsNoStop() {
    assertThat(problem(() -> assertThat((StopResult) null).isClean()))
        .contains("Expecting actual not to be null");
  }
}
