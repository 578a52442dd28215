package io.github.vertxlifecycle.junit5;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Faults that a component is to have on purpose, a line each.
 *
 * <pre>{@code
 * @RegisterExtension
 * final LifecycleExtension app =
 *     LifecycleExtension.of(LinksApp::new).with(Faults.neverEnding("postgres", Step.RELEASE));
 * }</pre>
 *
 * <p>A fault of {@link Step#START} happens in place of the component's own step, which has then not
 * begun. Those of the other two happen after the own step has done its work, so that a test leaves
 * nothing open. A component with several instances has the fault in each. Other things that go
 * wrong: {@link DependencyProxy}, {@link SilentServer}, {@link StallingClient}, {@link
 * TestApplication#blockThread}, {@link TestApplication#escalate}, and for a deadline the
 * configuration, {@code lifecycle.stopTimeout = 300ms}.
 */
public final class Faults {

  /** A thread that nobody lets go goes on by itself, so that a test comes to its end. */
  static final Duration LONGEST_BLOCK = Duration.ofMinutes(5);

  private Faults() {}

  /**
   * A step whose future fails.
   *
   * @param component the name of a component that is a {@code LifecycleVerticle}
   * @param step which step
   * @return the fault, for {@link LifecycleExtension#with}
   */
  public static StepFault failing(String component, Step step) {
    return failing(component, step, asked(component, step, "fails"));
  }

  /**
   * A step whose future fails with a cause of the test's own.
   *
   * @param component the name of a component that is a {@code LifecycleVerticle}
   * @param step which step
   * @param cause why it fails
   * @return the fault, for {@link LifecycleExtension#with}
   */
  public static StepFault failing(String component, Step step, Throwable cause) {
    Objects.requireNonNull(cause, "cause");
    return new StepFault(component, step, "fails", (context, ended) -> Future.failedFuture(cause));
  }

  /**
   * A step that throws, and returns no future.
   *
   * @param component the name of a component that is a {@code LifecycleVerticle}
   * @param step which step
   * @return the fault, for {@link LifecycleExtension#with}
   */
  public static StepFault throwing(String component, Step step) {
    return new StepFault(
        component,
        step,
        "throws",
        (context, ended) -> {
          throw asked(component, step, "throws");
        });
  }

  /**
   * A step that does not end before the test says {@link StepFault#end()}.
   *
   * @param component the name of a component that is a {@code LifecycleVerticle}
   * @param step which step
   * @return the fault, for {@link LifecycleExtension#with}
   */
  public static StepFault neverEnding(String component, Step step) {
    return new StepFault(component, step, "does not end", StepFault::on);
  }

  /**
   * A step that takes longer.
   *
   * @param component the name of a component that is a {@code LifecycleVerticle}
   * @param step which step
   * @param delay by how long
   * @return the fault, for {@link LifecycleExtension#with}
   */
  public static StepFault slow(String component, Step step, Duration delay) {
    return new StepFault(
        component,
        step,
        "is slow",
        (context, ended) -> context.owner().timer(delay.toMillis(), TimeUnit.MILLISECONDS));
  }

  /**
   * A step that blocks its thread until the test says {@link StepFault#end()}, five minutes at
   * most. Every other component on that thread is blocked as well.
   *
   * @param component the name of a component that is a {@code LifecycleVerticle}
   * @param step which step
   * @return the fault, for {@link LifecycleExtension#with}
   */
  public static StepFault blocking(String component, Step step) {
    return new StepFault(
        component,
        step,
        "blocks its thread",
        (context, ended) -> {
          BlockedThread.blockUntil(ended);
          return Future.succeededFuture();
        });
  }

  private static IllegalStateException asked(String component, Step step, String what) {
    return new IllegalStateException(
        "%s of \"%s\" %s, as the test has asked for".formatted(step, component, what));
  }
}
