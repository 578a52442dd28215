package io.github.vertxlifecycle.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DeadlineTest {

  private final ManualClock clock = new ManualClock();

  @Test
  void countsDownToZeroAndNoFurther() {
    Deadline deadline = Deadline.in(clock, Duration.ofSeconds(2));
    assertThat(deadline.left(clock.nanos())).isEqualTo(Duration.ofSeconds(2));
    clock.advance(Duration.ofMillis(1999));
    assertThat(deadline.left(clock.nanos())).isEqualTo(Duration.ofMillis(1));
    clock.advance(Duration.ofSeconds(1));
    assertThat(deadline.left(clock.nanos())).isZero();
  }

  @Test
  void movesBothWays() {
    Deadline deadline = Deadline.in(clock, Duration.ofSeconds(2));
    assertThat(deadline.plus(Duration.ofSeconds(1)).left(0)).isEqualTo(Duration.ofSeconds(3));
    assertThat(deadline.plus(Duration.ofSeconds(-5)).left(0)).isZero();
  }

  @Test
  void knowsTheNearerOfTwo() {
    Deadline near = new Deadline(5);
    Deadline far = new Deadline(6);
    assertThat(near.earlier(far)).isSameAs(near);
    assertThat(far.earlier(near)).isSameAs(near);
  }

  @Test
  void survivesTheOverflowOfNanoTime() {
    long now = Long.MAX_VALUE - 10;
    Deadline near = new Deadline(now).plus(Duration.ofNanos(5));
    Deadline far = new Deadline(now).plus(Duration.ofNanos(100));
    assertThat(far.nanos()).isNegative();
    assertThat(far.left(now)).isEqualTo(Duration.ofNanos(100));
    assertThat(far.earlier(near)).isSameAs(near);
  }
}
