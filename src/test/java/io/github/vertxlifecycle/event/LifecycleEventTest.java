package io.github.vertxlifecycle.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.Visitor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That a visitor hears of every kind of event, and each by the method of its own. */
final class LifecycleEventTest {

  static Stream<Class<?>> kinds() {
    return leaves(LifecycleEvent.class);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anEventCallsTheVisitorsMethodForItsKind(Class<?> kind) throws Exception {
    LifecycleEvent event = blank(kind);
    List<Class<?>> called = new ArrayList<>();

    event.accept(recording(called, "told"));

    assertThat(called).containsExactly(kind);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anEventReturnsWhatTheVisitorMadeOfIt(Class<?> kind) throws Exception {
    assertThat(blank(kind).<String>accept(recording(new ArrayList<>(), "told"))).isEqualTo("told");
  }

  /** A default would be the branch in which a forgotten kind of event disappears. */
  @Test
  void noMethodOfTheVisitorHasADefault() {
    assertThat(Visitor.class.getMethods()).noneMatch(Method::isDefault);
    assertThat(Stream.of(Visitor.class.getMethods()).map(method -> method.getParameterTypes()[0]))
        .containsExactlyInAnyOrderElementsOf(kinds().toList());
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(LifecycleEventTest::leaves)
        : Stream.of(type);
  }

  @SuppressWarnings("unchecked")
  private static Visitor<String> recording(List<Class<?>> called, String answer) {
    return (Visitor<String>)
        Proxy.newProxyInstance(
            Visitor.class.getClassLoader(),
            new Class<?>[] {Visitor.class},
            (proxy, method, arguments) -> {
              called.add(method.getParameterTypes()[0]);
              return answer;
            });
  }

  /** An event of this kind with nothing in it. */
  private static LifecycleEvent blank(Class<?> kind)
      throws NoSuchMethodException,
          InstantiationException,
          IllegalAccessException,
          InvocationTargetException {
    Class<?>[] types =
        Arrays.stream(kind.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Object[] values =
        Arrays.stream(types)
            .map(type -> type == long.class ? (Object) 0L : type == int.class ? 0 : null)
            .toArray();
    return (LifecycleEvent) kind.getDeclaredConstructor(types).newInstance(values);
  }
}
