package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** From when which wait of a server's drain counts. */
final class GracePeriodTest {

  private final ManualClock clock = new ManualClock();
  private final GracePeriod grace = new GracePeriod(Duration.ofSeconds(2), clock);

  private void pass(long millis) {
    clock.advance(Duration.ofMillis(millis));
  }

  @Test
  void newClientsAreLetInForHalfTheLingerTime() {
    grace.turnedAway();
    pass(400);
    assertThat(grace.untilSocketCloses()).isEqualTo(Duration.ofMillis(600));
  }

  @Test
  void theSocketClosesAtOnceWhenTheAnnouncementTookLonger() {
    grace.turnedAway();
    pass(5000);
    assertThat(grace.untilSocketCloses()).isZero();
  }

  @Test
  void theLastClientsHaveTheWholeLingerTimeOnceTheSocketIsClosed() {
    grace.turnedAway();
    pass(5000);
    grace.socketClosed();
    assertThat(grace.untilNewcomersClose()).isEqualTo(Duration.ofSeconds(2));
    pass(1500);
    assertThat(grace.untilNewcomersClose()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void idleClientsHaveHalfOfItAfterALongAnnouncement() {
    grace.turnedAway();
    pass(5000);
    grace.socketClosed();
    assertThat(grace.untilIdleClose()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void idleClientsDoNotLengthenAStopWithoutAnnouncement() {
    grace.turnedAway();
    pass(1000);
    grace.socketClosed();
    assertThat(grace.untilIdleClose()).isEqualTo(Duration.ofSeconds(1));
    pass(1000);
    assertThat(grace.untilIdleClose()).isZero();
  }

  @Test
  void otherInstancesAreWaitedForAfterALongAnnouncement() {
    grace.turnedAway();
    pass(5000);
    assertThat(grace.forOtherInstances()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aNewcomerIsWhoCameAfterTheTurningAway() {
    long before = clock.nanos();
    pass(1);
    grace.turnedAway();
    pass(1);
    assertThat(grace.isNewcomer(before)).isFalse();
    assertThat(grace.isNewcomer(clock.nanos())).isTrue();
  }

  @Test
  void handshakesHaveARoundTripAndNoneWithoutLinger() {
    assertThat(grace.forHandshakes()).isEqualTo(Duration.ofMillis(50));
    assertThat(new GracePeriod(Duration.ofMillis(100), clock).forHandshakes())
        .isEqualTo(Duration.ofMillis(5));
    assertThat(new GracePeriod(Duration.ZERO, clock).forHandshakes()).isZero();
  }
}
