package io.github.vertxlifecycle.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which messages a lifecycle makes, and when. */
final class UnitStateTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final UnitState state =
      new UnitState(Duration.ofSeconds(12), e -> e.component() + " waits");
  private final List<String> said = new ArrayList<>();

  private UnitStateTest at(double second, LifecycleEvent... events) {
    for (LifecycleEvent event : events) {
      state.on(event);
    }
    long now = (long) (second * SECOND);
    for (String next = state.next(now); next != null; next = state.next(now)) {
      said.add(next.replace("\n", " ").strip());
    }
    return this;
  }

  private static LifecycleEvent startBegan() {
    return new LifecycleEvent.StartBegan(0, Map.of("a", Set.of(), "b", Set.of("a")));
  }

  private static LifecycleEvent componentStarted(String name) {
    return new LifecycleEvent.ComponentStarted(0, name);
  }

  private static LifecycleEvent started() {
    return new LifecycleEvent.Started(0);
  }

  private static LifecycleEvent stopBegan(long second, long timeout) {
    return new LifecycleEvent.StopBegan(
        second * SECOND,
        new StopReason(StopReason.Kind.SIGNAL, "SIGTERM"),
        Duration.ZERO,
        Duration.ofSeconds(timeout));
  }

  private static LifecycleEvent stillWaiting(String name) {
    return new LifecycleEvent.StillWaiting(
        0, name, ComponentState.STARTING, Duration.ZERO, Duration.ZERO, List.of(), 0, null);
  }

  private static LifecycleEvent stopped(String name) {
    return new LifecycleEvent.ComponentStopped(0, name, Outcome.CLEAN, List.of(), null);
  }

  @Test
  void asksForTimeUntilTheEndOfTheBudgetAndNoLonger() {
    at(0, startBegan()).at(4.9).at(5).at(9).at(12).at(13);

    assertThat(said)
        .containsExactly(
            "EXTEND_TIMEOUT_USEC=10000000 STATUS=starting, 0 of 2 components",
            "EXTEND_TIMEOUT_USEC=7000000");
  }

  @Test
  void asksForNothingOnceAllRuns() {
    at(0, startBegan()).at(1, componentStarted("a"), componentStarted("b"), started()).at(6);

    assertThat(said).last().isEqualTo("READY=1 STATUS=running, 2 components");
  }

  @Test
  void asksForTheTimeOfAStopAndOfItsLastWords() {
    at(0, startBegan(), componentStarted("a"), componentStarted("b"), started());
    said.clear();
    at(100, stopBegan(100, 12)).at(105).at(111);

    assertThat(said)
        .containsExactly(
            "STOPPING=1 EXTEND_TIMEOUT_USEC=10000000 STATUS=stopping (SIGTERM), 2 left",
            "EXTEND_TIMEOUT_USEC=8000000");
  }

  @Test
  void saysBothWhereAStopBeginsBeforeReadyWasSaid() {
    at(0, startBegan(), started(), stopBegan(0, 5));

    assertThat(said).hasSize(2);
    assertThat(said.get(0)).startsWith("READY=1");
    assertThat(said.get(1)).startsWith("STOPPING=1");
  }

  @Test
  void saysNoReadyAfterStopping() {
    at(0, startBegan(), stopBegan(0, 5), started(), stopBegan(1, 5));

    assertThat(said).filteredOn(line -> line.contains("STOPPING=1")).hasSize(1);
    assertThat(said).noneMatch(line -> line.contains("READY=1"));
  }

  @Test
  void namesWhatHoldsUpUntilThatGoesOn() {
    at(0, startBegan())
        .at(1, stillWaiting("a"))
        .at(1, stillWaiting("b"))
        .at(1, componentStarted("a"))
        .at(1, componentStarted("b"));

    assertThat(said.subList(1, said.size()))
        .containsExactly(
            "STATUS=starting, 0 of 2 components; a waits",
            "STATUS=starting, 0 of 2 components; a waits; and 1 more",
            "STATUS=starting, 1 of 2 components; b waits",
            "STATUS=starting, 2 components");
  }

  @Test
  void countsWithoutAMessageOfItsOwn() {
    at(0, startBegan()).at(1, componentStarted("a")).at(5);

    assertThat(said).last().asString().endsWith("STATUS=starting, 1 of 2 components");
    assertThat(said).hasSize(2);
  }

  @Test
  void isAliveOnlyWhileActive() {
    state.alive();
    at(0, startBegan());
    assertThat(state.isActive()).isFalse();
    at(0, componentStarted("a"), componentStarted("b"), started());
    assertThat(state.isActive()).isTrue();
    state.alive();
    at(1);
    state.alive();
    at(2, stopBegan(2, 5), stopped("a"));

    assertThat(state.isActive()).isFalse();
    assertThat(said).filteredOn(line -> line.contains("WATCHDOG=1")).containsExactly("WATCHDOG=1");
  }

  @Test
  void saysThatALoopHangsAndThatItAnswersAgain() {
    at(0, startBegan(), componentStarted("a"), componentStarted("b"), started());
    said.clear();
    state.hangs("hangs");
    at(1);
    state.hangs("hangs");
    at(2);
    state.hangs(null);
    at(3);

    assertThat(said).containsExactly("STATUS=hangs", "STATUS=running, 2 components");
    said.clear();
    state.hangs("hangs");
    at(4, stopBegan(4, 5));
    state.hangs("hangs");
    at(5);
    assertThat(said).hasSize(1).noneMatch(line -> line.contains("hangs"));
  }

  @Test
  void keepsTheFirstCauseAndTheLastWord() {
    at(
        0,
        startBegan(),
        new LifecycleEvent.ComponentStartFailed(0, "a", new IllegalStateException("no\nlicence")),
        stopBegan(0, 5));
    state.last("69");
    at(1, new LifecycleEvent.StartFailed(1, new IllegalStateException("another")));

    assertThat(said.get(0))
        .contains("STATUS=stopping (SIGTERM); \"a\" did not start: ")
        .contains("no licence");
    assertThat(said).last().asString().startsWith("STATUS=69; \"a\" did not start: ");
  }

  @Test
  void cutsWhatIsTooLongForAMessage() {
    state.last("€".repeat(10_000));

    String message = state.next(0);
    assertThat(message).endsWith("…\n");
    assertThat(message.getBytes(StandardCharsets.UTF_8).length).isLessThan(NotifySocket.MOST_BYTES);
  }
}
