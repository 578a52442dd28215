package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.time.ManualClock;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events on their way to a listener that may not listen. */
@Timeout(60)
final class EventLaneTest {

  private final List<Long> heard = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch stuck = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final ManualClock clock = new ManualClock();

  private static LifecycleEvent event(long at) {
    return new LifecycleEvent.Started(at);
  }

  private EventLane lane() {
    return new EventLane("a test", event -> heard.add(event.at()), clock);
  }

  /** One whose listener hangs in its first event until the test lets it go on. */
  private EventLane laneThatHangs() {
    return new EventLane(
        "a test",
        event -> {
          heard.add(event.at());
          stuck.countDown();
          await(mayGoOn);
        },
        clock);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void tellsOfAllInOrderOnOneThreadOfItsOwn() throws InterruptedException {
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    EventLane lane =
        new EventLane(
            "a test",
            event -> {
              heard.add(event.at());
              threads.add(Thread.currentThread());
            },
            clock);
    for (long at = 0; at < 50_000; at++) {
      lane.tell(event(at));
    }

    assertThat(lane.awaitCaughtUp()).isTrue();
    assertThat(heard).containsExactlyElementsOf(LongStream.range(0, 50_000).boxed().toList());
    assertThat(threads.stream().distinct())
        .singleElement()
        .matches(Thread::isDaemon)
        .isNotSameAs(Thread.currentThread());
    assertThat(lane.behind()).isZero();
  }

  @Test
  void goesOnAfterAListenerThatThrows() throws InterruptedException {
    EventLane lane =
        new EventLane(
            "a test",
            event -> {
              heard.add(event.at());
              throw new IllegalStateException("on purpose");
            },
            clock);
    lane.tell(event(1));
    lane.tell(event(2));

    assertThat(lane.awaitCaughtUp()).isTrue();
    assertThat(heard).containsExactly(1L, 2L);
  }

  @Test
  void runsTasksAmongTheEvents() throws InterruptedException {
    EventLane lane = lane();
    lane.tell(event(1));
    lane.run(() -> heard.add(2L));
    lane.tell(event(3));

    assertThat(lane.awaitCaughtUp()).isTrue();
    assertThat(heard).containsExactly(1L, 2L, 3L);
  }

  @Test
  void hasCaughtUpAtOnceIfNothingWasTold() {
    assertThat(lane().caughtUp().isComplete()).isTrue();
  }

  @Test
  void waitsAQuarterOfASecondForAListenerThatHangs() {
    EventLane lane = laneThatHangs();
    lane.tell(event(1));
    await(stuck);
    Future<?> caughtUp = lane.caughtUp();

    clock.advance(Duration.ofMillis(249));
    assertThat(caughtUp.isComplete()).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(caughtUp.succeeded()).isTrue();
    mayGoOn.countDown();
  }

  @Test
  void givesUpWaitingForAListenerThatHangsAndSaysHowFarItIsBehind() throws InterruptedException {
    EventLane lane = laneThatHangs();
    lane.tell(event(1));
    await(stuck);
    lane.tell(event(2));

    assertThat(lane.awaitCaughtUp()).isFalse();
    assertThat(lane.behind()).isEqualTo(2);
    mayGoOn.countDown();
  }

  @Test
  void dropsWhatIsTooMuchAndKeepsTheRestInOrder() throws InterruptedException {
    EventLane lane = laneThatHangs();
    lane.tell(event(0));
    await(stuck);
    for (long at = 1; at < EventLane.MOST + 10; at++) {
      lane.tell(event(at));
    }
    assertThat(lane.behind()).isEqualTo(EventLane.MOST + 10);
    mayGoOn.countDown();

    assertThat(lane.awaitCaughtUp()).isTrue();
    assertThat(heard)
        .containsExactlyElementsOf(LongStream.range(0, EventLane.MOST).boxed().toList());
    assertThat(lane.behind()).isZero();
  }
}
