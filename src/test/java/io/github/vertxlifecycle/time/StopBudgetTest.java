package io.github.vertxlifecycle.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StopBudgetTest {

  private final StopBudget budget = new StopBudget(Duration.ofSeconds(25), Duration.ofSeconds(5));

  @Test
  void letsADrainLastUntilTheReservesBegin() {
    assertThat(budget.drainBy(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(22));
  }

  @Test
  void fitsUpToTheLastNanosecond() {
    assertThat(budget.fits(Duration.ofSeconds(20))).isTrue();
    assertThat(budget.fits(Duration.ofSeconds(20).plusNanos(1))).isFalse();
  }

  @Test
  void refusesATotalOfNothing() {
    assertThatThrownBy(() -> new StopBudget(Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stopTimeout must be more than zero");
    assertThatThrownBy(() -> new StopBudget(Duration.ofSeconds(-1), Duration.ZERO))
        .hasMessageContaining("stopTimeout");
  }

  @Test
  void refusesANegativeAnnouncement() {
    assertThatThrownBy(() -> new StopBudget(Duration.ofSeconds(1), Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("announceDelay must not be negative");
  }
}
