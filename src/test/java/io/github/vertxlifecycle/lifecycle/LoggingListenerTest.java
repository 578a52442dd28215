package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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
    assertThatCode(() -> new LoggingListener().on(event)).doesNotThrowAnyException();
    assertThatCode(() -> new Recorder().on(event)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void hasALineForEveryOutcomeWithAndWithoutFailure(Outcome outcome) {
    LoggingListener listener = new LoggingListener();
    for (Throwable failure : Arrays.asList(null, new StopFailedException("with failure"))) {
      LifecycleEvent event =
          new LifecycleEvent.ComponentStopped(7, "http", outcome, List.of(), failure);
      assertThatCode(() -> listener.on(event)).doesNotThrowAnyException();
    }
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
}
