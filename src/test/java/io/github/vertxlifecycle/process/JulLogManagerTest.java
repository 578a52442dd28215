package io.github.vertxlifecycle.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.launcher.JulLogManager;
import java.lang.reflect.Modifier;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;

/** That the JDK can make the log manager by its name, from outside of its package. */
final class JulLogManagerTest {

  @Test
  void isMadeByItsName() throws ReflectiveOperationException {
    Class<?> type = Class.forName("io.github.vertxlifecycle.launcher.JulLogManager");

    assertThat(type).isSameAs(JulLogManager.class).isAssignableTo(LogManager.class);
    assertThat(Modifier.isPublic(type.getModifiers())).isTrue();
    assertThat(Modifier.isPublic(type.getConstructor().getModifiers())).isTrue();
  }
}
