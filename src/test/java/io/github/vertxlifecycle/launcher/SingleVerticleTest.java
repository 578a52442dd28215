package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SingleVerticleTest {

  @ParameterizedTest
  @CsvSource({
    "HttpVerticle, http",
    "LinksService, linksService",
    "Verticle, verticle",
    "X, x",
  })
  void namesTheComponentAfterTheClass(String type, String name) {
    assertThat(SingleVerticle.name(type)).isEqualTo(name);
  }
}
