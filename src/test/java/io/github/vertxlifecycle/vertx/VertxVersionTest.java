package io.github.vertxlifecycle.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vertx.core.internal.VertxInternal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VertxVersionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5.0.10",
        "5.0.11",
        "5.0.12",
        "5.0.100",
        "5.0.10-SNAPSHOT",
        "5.1.0.CR1",
        "5.1.0",
        "5.1.6",
        "5.1.60",
        "5.1"
      })
  void runsOn(String version) {
    assertThat(VertxVersion.refusal(version)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unknown",
        "4.5.10",
        "5.0.0",
        "5.0.9",
        "5.0",
        "5.2.0.CR1",
        "5.2.0",
        "5.2.3",
        "5.10.0",
        "6.0.0",
        "50.1.0"
      })
  void refuses(String version) {
    assertThat(VertxVersion.refusal(version))
        .isEqualTo(
            "vertx-lifecycle runs on Vert.x 5.0.10 to 5.1.x, and this is Vert.x "
                + version
                + ": import io.vertx:vertx-dependencies of a version in that range");
  }

  @Test
  void findsTheVersionThatVertxStates() {
    assertThat(VertxVersion.found()).isEqualTo(VertxInternal.version());
  }

  @Test
  void refusesNothingThatTheTestsRunOn() {
    assertThatCode(VertxVersion::check).doesNotThrowAnyException();
  }

  @Test
  void namesAnInternalClassThatIsMissing() {
    assertThat(VertxVersion.explain(new NoClassDefFoundError("io/vertx/core/net/impl/Gone")))
        .hasMessageStartingWith(
            "vertx-lifecycle runs on Vert.x 5.0.10 to 5.1.x, and this is Vert.x ")
        .hasMessageContaining(
            VertxVersion.found() + ", which lacks io.vertx.core.net.impl.Gone: import");
  }

  @Test
  void namesAnInternalMethodThatIsMissing() {
    LinkageError error =
        new ExceptionInInitializerError(
            new IncompatibleClassChangeError("io.vertx.core.eventbus.impl.EventBusImpl.gone"));

    assertThat(VertxVersion.explain(error))
        .hasMessageContaining("which lacks io.vertx.core.eventbus.impl.EventBusImpl.gone");
  }

  @Test
  void leavesWhatIsMissingElsewhereToOthers() {
    assertThat(VertxVersion.explain(new NoClassDefFoundError("io/vertx/ext/web/Router"))).isNull();
    assertThat(VertxVersion.explain(new ExceptionInInitializerError("io.oops"))).isNull();
  }
}
