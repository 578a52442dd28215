package io.github.vertxlifecycle.junit5;

/**
 * What goes wrong in a round of {@link StopAtRandomMoments}, beside the stop. Which component it
 * happens to, and when, comes from the round's seed; a component is one that is a {@code
 * LifecycleVerticle}.
 */
public enum RandomFault {
  /** Nothing. The stop is clean. */
  NONE,
  /**
   * The drain or the release of a component takes up to 100 ms longer, which its limits must bear.
   * The stop is clean.
   */
  SLOW_STEP,
  /** The drain or the release of a component fails. That component has failed, all others not. */
  FAILING_STEP,
  /**
   * The release of a component does not end. That component does not end in time, all others are
   * clean. Takes what is left of the stop's budget: give the test a short one, {@code
   * lifecycle.stopTimeout = 5s}.
   */
  ENDLESS_RELEASE,
  /**
   * The threads of a component, with all else that runs on them, are blocked as the stop begins, up
   * to 100 ms long, which all limits must bear. The stop is clean.
   */
  BLOCKED_THREAD,
  /**
   * The fakes that were given to {@link LifecycleExtension#providing} for an interface complete the
   * futures of their answers up to 100 ms later, from the begin of the stop on. What waits for them
   * goes on to, and the stop is clean; what does not is seen.
   */
  SLOW_ANSWERS,
  /** A second signal comes within 50 ms. What was in flight then may be cut, and nothing else. */
  SECOND_SIGNAL
}
