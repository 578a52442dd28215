package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.StepInterceptor;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The fault of a round: what happens to whom, and what that makes of the outcomes. */
final class RoundFault implements StepInterceptor {

  private static final int LONGEST_MILLIS = 100;
  private static final int SIGNAL_WITHIN_MILLIS = 50;

  private final RandomFault kind;
  private final String component; // empty for none
  private final int millis;
  private final @Nullable StepFault step;

  private RoundFault(RandomFault kind, String component, int millis, @Nullable StepFault step) {
    this.kind = kind;
    this.component = component;
    this.millis = millis;
    this.step = step;
  }

  /**
   * Picks one.
   *
   * @param random of the round's seed
   * @param faults among these
   * @param components among those whose steps are known
   */
  static RoundFault pick(Random random, List<RandomFault> faults, List<String> components) {
    RandomFault kind = faults.get(random.nextInt(faults.size()));
    int millis =
        1
            + random.nextInt(
                kind == RandomFault.SECOND_SIGNAL ? SIGNAL_WITHIN_MILLIS : LONGEST_MILLIS);
    if (components.isEmpty() && isOfAComponent(kind)) {
      return new RoundFault(RandomFault.NONE, "", 0, null);
    }
    String whose = components.isEmpty() ? "" : components.get(random.nextInt(components.size()));
    Step where = random.nextBoolean() ? Step.DRAIN : Step.RELEASE;
    return switch (kind) {
      case NONE, SLOW_ANSWERS, SECOND_SIGNAL -> new RoundFault(kind, "", millis, null);
      case BLOCKED_THREAD -> new RoundFault(kind, whose, millis, null);
      case SLOW_STEP ->
          new RoundFault(kind, whose, millis, Faults.slow(whose, where, Duration.ofMillis(millis)));
      case FAILING_STEP -> new RoundFault(kind, whose, 0, Faults.failing(whose, where));
      case ENDLESS_RELEASE ->
          new RoundFault(kind, whose, 0, Faults.neverEnding(whose, Step.RELEASE));
    };
  }

  private static boolean isOfAComponent(RandomFault kind) {
    return kind != RandomFault.SECOND_SIGNAL && kind != RandomFault.SLOW_ANSWERS;
  }

  @Override
  public @Nullable Future<?> call(
      String name, String method, Callable<? extends @Nullable Future<?>> code) throws Exception {
    return step == null ? code.call() : step.interceptor().call(name, method, code);
  }

  /** Stops the application, with the fault; waits for the end. */
  StopResult stop(TestApplication application) {
    if (kind == RandomFault.BLOCKED_THREAD) {
      BlockedThread blocked = application.blockThread(component);
      application.beginStop();
      pause();
      blocked.close();
    } else if (kind == RandomFault.SECOND_SIGNAL) {
      application.beginStop();
      pause();
      application.escalate();
    } else if (kind == RandomFault.SLOW_ANSWERS) {
      application.slowFakes(millis);
    }
    return application.stop();
  }

  private void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** Lets go what the fault holds. */
  void end() {
    if (step != null) {
      step.end();
    }
  }

  /** How a component may have stopped. */
  Set<Outcome> expected(String name) {
    return switch (kind) {
      case NONE, SLOW_STEP, BLOCKED_THREAD, SLOW_ANSWERS -> Set.of(Outcome.CLEAN);
      case FAILING_STEP -> Set.of(name.equals(component) ? Outcome.FAILED : Outcome.CLEAN);
      case ENDLESS_RELEASE -> Set.of(name.equals(component) ? Outcome.TIMED_OUT : Outcome.CLEAN);
      case SECOND_SIGNAL -> Set.of(Outcome.CLEAN, Outcome.CUT);
    };
  }

  /** What happens, for people. */
  @Override
  public String toString() {
    return switch (kind) {
      case NONE -> "none";
      case SLOW_STEP -> "%s, by %s ms".formatted(step, millis);
      case FAILING_STEP, ENDLESS_RELEASE -> String.valueOf(step);
      case BLOCKED_THREAD -> "the threads of \"%s\" blocked for %s ms".formatted(component, millis);
      case SLOW_ANSWERS -> "answers of fakes slow by %s ms".formatted(millis);
      case SECOND_SIGNAL -> "a second signal after %s ms".formatted(millis);
    };
  }
}
