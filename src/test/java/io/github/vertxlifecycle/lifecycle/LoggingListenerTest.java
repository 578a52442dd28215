package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

final class LoggingListenerTest {

  static List<Class<?>> everyKindOfEvent() {
    return kinds(LifecycleEvent.class).toList();
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(LoggingListenerTest::kinds)
        : Stream.of(type);
  }

  @ParameterizedTest
  @MethodSource("everyKindOfEvent")
  void hasALineForEveryKindOfEvent(Class<?> kind) throws Exception {
    assertThat(kind).isRecord();
    LifecycleEvent event = event(kind);
    assertThatCode(() -> new LoggingListener(new LifecycleTimeline()).on(event))
        .doesNotThrowAnyException();
    assertThatCode(() -> new Recorder().on(event)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void hasALineForEveryOutcomeWithAndWithoutFailure(Outcome outcome) {
    LoggingListener listener = new LoggingListener(new LifecycleTimeline());
    for (Throwable failure : Arrays.asList(null, new StopFailedException("with failure"))) {
      LifecycleEvent event =
          new LifecycleEvent.ComponentStopped(7, "http", outcome, List.of(), failure);
      assertThatCode(() -> listener.on(event)).doesNotThrowAnyException();
    }
  }

  @Test
  void saysHowLongThingsTook() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger log = (Logger) LoggerFactory.getLogger("saysHowLongThingsTook");
    log.setAdditive(false);
    log.setLevel(Level.INFO);
    log.addAppender(lines);
    LifecycleTimeline timeline = new LifecycleTimeline();
    LoggingListener listener = new LoggingListener(log, timeline);
    for (LifecycleEvent event : aLife()) {
      timeline.on(event);
      listener.on(event);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "Starting http",
            "http: started in 250 ms",
            "Started in 291 ms",
            "Stopping: SIGTERM; at most 25 s",
            "http: draining, 1 in flight, at most 20 s",
            "http: stopped in 70 ms",
            "Stopped in 100 ms");
  }

  private static List<LifecycleEvent> aLife() {
    Duration limit = Duration.ofSeconds(20);
    return List.of(
        new LifecycleEvent.StartBegan(ms(0), Map.of("http", Set.of())),
        new LifecycleEvent.ComponentStarting(ms(40), "http"),
        new LifecycleEvent.ComponentStarted(ms(290), "http"),
        new LifecycleEvent.Started(ms(291)),
        new LifecycleEvent.StopBegan(
            ms(1_000), Stage.SIGTERM, Duration.ZERO, Duration.ofSeconds(25)),
        new LifecycleEvent.AnnounceEnded(ms(1_000)),
        new LifecycleEvent.ComponentStopAsked(ms(1_010), "http", Stage.SIGTERM),
        new LifecycleEvent.ComponentDraining(ms(1_020), "http", 1, limit),
        new LifecycleEvent.ComponentReleasing(ms(1_060), "http", List.of(), Duration.ofSeconds(1)),
        new LifecycleEvent.ComponentStopped(ms(1_080), "http", Outcome.CLEAN, List.of(), null),
        new LifecycleEvent.Stopped(ms(1_100)));
  }

  private static long ms(long millis) {
    return millis * 1_000_000;
  }

  private static LifecycleEvent event(Class<?> kind) throws ReflectiveOperationException {
    List<Class<?>> types = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (RecordComponent handle : kind.getRecordComponents()) {
      types.add(handle.getType());
      boolean names =
          handle.getGenericType().getTypeName().equals("java.util.List<java.lang.String>");
      values.add(names ? List.of("hits") : value(handle.getType()));
    }
    return (LifecycleEvent)
        kind.getDeclaredConstructor(types.toArray(Class[]::new)).newInstance(values.toArray());
  }

  private static Object value(Class<?> type) {
    if (type == ComponentState.class) {
      return ComponentState.WAITING;
    }
    return Map.<Class<?>, Object>of(
            long.class,
            5_000_000L,
            int.class,
            3,
            String.class,
            "http",
            Map.class,
            Map.of("http", Set.of()),
            Throwable.class,
            new StopFailedException("an event's cause"),
            StopReason.class,
            Stage.SIGTERM,
            Duration.class,
            Duration.ofSeconds(2),
            List.class,
            List.of(new CutWork("GET /", Duration.ofSeconds(1))),
            Outcome.class,
            Outcome.CUT)
        .get(type);
  }

  @Test
  void tellsOfLateUsesOncePerUserInTenSeconds() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger log = (Logger) LoggerFactory.getLogger("tellsOfLateUses");
    log.setAdditive(false);
    log.addAppender(lines);
    LoggingListener listener = new LoggingListener(log, new LifecycleTimeline());
    for (int ms = 0; ms < 12_000; ms++) {
      for (String user : List.of("orders", "")) {
        listener.on(new LifecycleEvent.LateUse(ms * 1_000_000L, "postgres", user, null));
      }
    }
    assertThat(lines.list).hasSize(4);
  }
}
