package io.github.vertxlifecycle.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ClassNameTest {

  private final Runnable anonymous =
      new Runnable() {
        @Override
        public void run() {}
      };

  private static final class Inner {}

  @Test
  void isTheSimpleNameWhereThereIsOne() {
    assertThat(ClassName.of(Inner.class)).isEqualTo("Inner");
  }

  @Test
  void ofAnAnonymousClassNamesTheOneAroundIt() {
    assertThat(ClassName.of(anonymous.getClass())).isEqualTo("ClassNameTest$1");
  }

  @Test
  void ofALambdaNamesTheClassAroundItWithoutAnAddress() {
    Runnable lambda = () -> {};
    assertThat(ClassName.of(lambda.getClass()))
        .startsWith("ClassNameTest$$Lambda")
        .doesNotContain("/");
  }
}
