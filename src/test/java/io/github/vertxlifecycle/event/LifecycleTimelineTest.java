package io.github.vertxlifecycle.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the events of a life leave behind. */
final class LifecycleTimelineTest {

  private static final StopReason SIGTERM = new StopReason(StopReason.Kind.SIGNAL, "SIGTERM");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final LifecycleTimeline timeline = new LifecycleTimeline();

  private void starts() {
    timeline.on(
        new LifecycleEvent.StartBegan(1, Map.of("http", Set.of("redis"), "redis", Set.of())));
    timeline.on(new LifecycleEvent.ComponentStarting(2, "redis"));
    timeline.on(new LifecycleEvent.ComponentStarted(3, "redis"));
    timeline.on(new LifecycleEvent.ComponentStarting(3, "http"));
  }

  private void runs() {
    starts();
    timeline.on(new LifecycleEvent.ComponentStarted(4, "http"));
    timeline.on(new LifecycleEvent.Started(5));
  }

  private void stopBegins() {
    timeline.on(new LifecycleEvent.StopBegan(10, SIGTERM, Duration.ofNanos(2), LIMIT));
    timeline.on(new LifecycleEvent.AnnounceEnded(12));
  }

  @Test
  void hasNothingToSayBeforeTheFirstEvent() {
    assertThat(timeline.application().phase()).isEqualTo(LifecyclePhase.NEW);
    assertThat(timeline.component("http").state()).isEqualTo(ComponentState.NEW);
    assertThat(timeline.component("http").since()).isNull();
    assertThat(timeline.begun()).isEmpty();
    assertThat(timeline.outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void keepsTheMomentsOfTheApplication() {
    runs();
    assertThat(timeline.application().phase()).isEqualTo(LifecyclePhase.RUNNING);
    stopBegins();
    assertThat(timeline.application().phase()).isEqualTo(LifecyclePhase.STOPPING);
    timeline.on(new LifecycleEvent.Stopped(30));
    assertThat(timeline.application())
        .isEqualTo(
            new ApplicationTimeline(
                LifecyclePhase.STOPPED,
                Map.of("http", Set.of("redis"), "redis", Set.of()),
                1L,
                5L,
                SIGTERM,
                LIMIT,
                10L,
                12L,
                30L));
  }

  @Test
  void keepsTheMomentsOfAComponent() {
    runs();
    stopBegins();
    List<CutWork> cut = List.of(new CutWork("GET /", Duration.ofNanos(9)));
    IllegalStateException failure = new IllegalStateException("socket gone");
    timeline.on(new LifecycleEvent.ComponentStopAsked(12, "http", SIGTERM));
    assertThat(timeline.component("http").state()).isEqualTo(ComponentState.WAITING);
    timeline.on(new LifecycleEvent.ComponentDraining(13, "http", 1, LIMIT));
    assertThat(timeline.component("http").since()).isEqualTo(13);
    timeline.on(new LifecycleEvent.ComponentReleasing(14, "http", cut, Duration.ofSeconds(1)));
    timeline.on(new LifecycleEvent.ComponentStopped(15, "http", Outcome.CUT, cut, failure));
    assertThat(timeline.component("http"))
        .isEqualTo(
            new ComponentTimeline(
                ComponentState.STOPPED,
                3L,
                4L,
                12L,
                13L,
                14L,
                15L,
                LIMIT,
                Duration.ofSeconds(1),
                Outcome.CUT,
                cut,
                null,
                failure));
    assertThat(timeline.component("http").failure()).isEqualTo("socket gone");
  }

  @Test
  void aComponentThatNeverRanWaitsForNobodyWhenItIsAskedToStop() {
    starts();
    timeline.on(new LifecycleEvent.ComponentStopAsked(4, "http", SIGTERM));
    assertThat(timeline.component("http").state()).isEqualTo(ComponentState.STARTING);
    assertThat(timeline.component("http").stopAsked()).isEqualTo(4);
  }

  @Test
  void tellsAFailedStartFromAFailedRelease() {
    starts();
    IllegalStateException taken = new IllegalStateException("port taken");
    timeline.on(new LifecycleEvent.ComponentStartFailed(4, "http", taken));
    timeline.on(new LifecycleEvent.ComponentReleasing(4, "http", List.of(), Duration.ofSeconds(1)));
    timeline.on(new LifecycleEvent.ComponentStopped(5, "http", Outcome.CLEAN, List.of(), null));
    assertThat(timeline.component("http").startFailure()).isSameAs(taken);
    assertThat(timeline.component("http").stopFailure()).isNull();
    assertThat(timeline.component("http").failure()).isEqualTo("port taken");
  }

  @Test
  void keepsTheOrderOfStartsAndOfStops() {
    runs();
    stopBegins();
    for (String name : List.of("http", "redis")) {
      timeline.on(
          new LifecycleEvent.ComponentReleasing(13, name, List.of(), Duration.ofSeconds(1)));
      timeline.on(new LifecycleEvent.ComponentStopped(13, name, Outcome.CLEAN, List.of(), null));
    }
    assertThat(timeline.begun()).containsExactly("redis", "http");
    assertThat(timeline.stopped()).containsExactly("http", "redis");
  }

  @Test
  void ofWhatHasNotStoppedTheOutcomeIsTimedOut() {
    runs();
    assertThat(timeline.outcome()).isEqualTo(Outcome.TIMED_OUT);
    for (String name : List.of("http", "redis")) {
      timeline.on(new LifecycleEvent.ComponentStopped(13, name, Outcome.CLEAN, List.of(), null));
    }
    assertThat(timeline.outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void whatIsHeardAfterTheEndDoesNotMoveTheLastMoment() {
    runs();
    stopBegins();
    timeline.on(new LifecycleEvent.Stopped(30));
    timeline.on(new LifecycleEvent.LateUse(99, "redis", "http", null));
    assertThat(timeline.latest()).isEqualTo(30);
  }
}
