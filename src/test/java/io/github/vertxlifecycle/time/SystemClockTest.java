package io.github.vertxlifecycle.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SystemClockTest {

  private final Clock clock = SystemClock.instance();

  @Test
  void runsATaskNotBeforeItsTimeOnADaemonThread() throws Exception {
    long from = clock.nanos();
    CompletableFuture<Long> ran = new CompletableFuture<>();
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    clock.after(
        Duration.ofMillis(20),
        () -> {
          thread.complete(Thread.currentThread());
          ran.complete(clock.nanos());
        });
    assertThat(ran.get(10, TimeUnit.SECONDS) - from).isGreaterThanOrEqualTo(20_000_000);
    assertThat(thread.get().isDaemon()).isTrue();
  }

  @Test
  void takesACancelledTaskBack() throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    clock.after(Duration.ofSeconds(1), () -> first.complete("cancelled one ran")).cancel();
    clock.after(Duration.ofMillis(1_001), () -> first.complete("only the other one ran"));
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("only the other one ran");
  }

  @Test
  void takesATaskThatIsDueAlready() throws Exception {
    CompletableFuture<String> ran = new CompletableFuture<>();
    clock.after(Duration.ofSeconds(-1), () -> ran.complete("ran"));
    assertThat(ran.get(10, TimeUnit.SECONDS)).isEqualTo("ran");
  }

  @Test
  void takesADelayLongerThanNanosecondsCount() {
    clock.after(Duration.ofDays(1_000_000), () -> {}).cancel();
  }
}
