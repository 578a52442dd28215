package io.github.vertxlifecycle.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a process is alive. */
final class WatchdogTest {

  private static final long MILLI = 1_000_000;

  private final Deque<Runnable> one = new ArrayDeque<>();
  private final Deque<Runnable> other = new ArrayDeque<>();
  private final Watchdog watchdog =
      new Watchdog(Duration.ofMillis(100), List.of(one::add, other::add), () -> {});

  private boolean isAlive(long millis) {
    return watchdog.isAlive(millis * MILLI);
  }

  private static void answer(Deque<Runnable> loop) {
    loop.remove().run();
  }

  @Test
  void isAliveOnceARoundWhenAllLoopsHaveAnswered() {
    assertThat(isAlive(0)).isFalse();
    answer(one);
    assertThat(isAlive(1)).isFalse();
    answer(other);
    assertThat(isAlive(2)).isTrue();
    assertThat(isAlive(3)).isFalse();
    assertThat(one).isEmpty();
    assertThat(watchdog.untilDue(3 * MILLI)).isEqualTo(Duration.ofMillis(47));
    assertThat(isAlive(50)).isFalse();
    assertThat(one).hasSize(1);
  }

  @Test
  void looksAfterAQuarterOfTheTimeWhetherOneHangs() {
    isAlive(0);
    answer(one);
    isAlive(1);

    assertThat(watchdog.untilDue(1 * MILLI)).isEqualTo(Duration.ofMillis(24));
    assertThat(watchdog.untilDue(25 * MILLI)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void asksALoopThatHangsNoSecondTime() {
    isAlive(0);
    answer(one);
    for (long millis = 1; millis < 1_000; millis += 10) {
      assertThat(isAlive(millis)).isFalse();
    }
    assertThat(one).isEmpty();
    assertThat(other).hasSize(1);
    assertThat(watchdog.hangs(24 * MILLI)).isNull();
    assertThat(watchdog.hangs(25 * MILLI)).contains("never answered").contains("100 ms");
    answer(other);
    assertThat(isAlive(1_001)).isTrue();
    assertThat(one).hasSize(1);
  }

  @Test
  void isNotAliveWithoutALoopThatHasEnded() {
    Watchdog ended =
        new Watchdog(
            Duration.ofMillis(100),
            List.of(
                task -> {
                  throw new RejectedExecutionException();
                }),
            () -> {});

    assertThat(ended.isAlive(0)).isFalse();
    assertThat(ended.isAlive(50 * MILLI)).isFalse();
    assertThat(ended.hangs(25 * MILLI)).contains("has ended");
  }

  @ParameterizedTest
  @CsvSource({
    "3000000, , 3000",
    "3000000, 7, 3000",
    "3000000, 8, ",
    "3000000, x, ",
    "0, 7, ",
    "-1, 7, ",
    "soon, 7, ",
    "18446744073709551615, 7, ",
    ", 7, "
  })
  void watchesWhomSystemdMeans(String usec, String pid, Long millis) {
    Map<String, String> environment = new HashMap<>();
    environment.put("WATCHDOG_USEC", usec);
    environment.put("WATCHDOG_PID", pid);

    assertThat(Watchdog.timeout(environment, 7))
        .isEqualTo(millis == null ? null : Duration.ofMillis(millis));
  }
}
