package io.github.vertxlifecycle.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ManualClockTest {

  private final ManualClock clock = new ManualClock();
  private final List<String> ran = new ArrayList<>();

  private Clock.Timer note(String what, long millis) {
    return clock.after(
        Duration.ofMillis(millis), () -> ran.add(what + " at " + clock.nanos() / 1_000_000));
  }

  @Test
  void runsTimersByMomentThenByAge() {
    note("late", 20);
    note("first", 10);
    note("second", 10);
    clock.advance(Duration.ofMillis(20));
    assertThat(ran).containsExactly("first at 10", "second at 10", "late at 20");
  }

  @Test
  void runsTimersThatTimersSet() {
    clock.after(Duration.ofMillis(5), () -> note("inner", 5));
    clock.advance(Duration.ofMillis(9));
    assertThat(ran).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(ran).containsExactly("inner at 10");
  }

  @Test
  void forgetsCancelledTimers() {
    note("never", 1).cancel();
    assertThat(clock.pending()).isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(ran).isEmpty();
    assertThat(clock.nanos()).isEqualTo(1_000_000);
  }

  @Test
  void runsWhatIsDueAtOnceOnTheNextAdvance() {
    note("negative", -5);
    clock.advance(Duration.ZERO);
    assertThat(ran).containsExactly("negative at 0");
  }
}
