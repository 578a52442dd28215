package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.time.Clock;
import java.time.Duration;

/**
 * The waits of one server's drain, each in terms of {@code linger}:
 *
 * <pre>
 *   turned away ──half──▶ the socket closes, unless all have gone before
 *                         ├──half, and whole from the turning away──▶ what is idle closes
 *                         └──whole──▶ newcomers close who have not asked yet
 * </pre>
 *
 * <p>The turning away may be long past when the drain begins, because announce comes before and
 * dependents stop first. Whoever was accepted just before the socket closed has not had its time
 * then; so the grace counts from the socket's end. Thread-safe.
 */
final class GracePeriod {

  /** A round trip to clients that are not on another continent. */
  private static final Duration ROUND_TRIP = Duration.ofMillis(50);

  private final Duration linger;
  private final Clock clock;
  private volatile long turnedAway;
  private volatile long socketClosed;

  GracePeriod(Duration linger, Clock clock) {
    this.linger = linger;
    this.clock = clock;
  }

  void turnedAway() {
    turnedAway = clock.nanos();
  }

  void socketClosed() {
    socketClosed = clock.nanos();
  }

  /** How long new clients are still let in, so that those turned away find somebody. */
  Duration untilSocketCloses() {
    return left(linger.dividedBy(2), turnedAway);
  }

  /** How long to wait for other instances, which share the socket and may have no mind to stop. */
  Duration forOtherInstances() {
    return longer(linger.dividedBy(2), left(linger, turnedAway));
  }

  /** How long clients that are in the midst of their handshake have to end it. */
  Duration forHandshakes() {
    Duration some = linger.dividedBy(20);
    return some.compareTo(ROUND_TRIP) < 0 ? some : ROUND_TRIP;
  }

  /** How long idle clients that the socket let in before the turning away may still ask. */
  Duration untilIdleClose() {
    return longer(left(linger.dividedBy(2), socketClosed), left(linger, turnedAway));
  }

  /** How long clients that were let in last may still ask. */
  Duration untilNewcomersClose() {
    return left(linger, socketClosed);
  }

  /** Whether somebody accepted at that moment is a newcomer. */
  boolean isNewcomer(long acceptedAt) {
    return acceptedAt - turnedAway > 0;
  }

  private Duration left(Duration whole, long since) {
    Duration left = whole.minusNanos(clock.nanos() - since);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
