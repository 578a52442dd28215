package io.github.vertxlifecycle.worker;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.time.SystemClock;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A component that does the same thing again and again: moves a batch, polls a queue, tidies up.
 *
 * <p>A subclass says what one iteration is. The first iteration begins with the start, iterations
 * never overlap, and a failed iteration is logged and does not end the loop; of those that fail
 * alike one is logged and the others are counted, see {@link FailureLog}. When the component
 * drains, a running iteration finishes and exactly one more runs, for work that came in meanwhile;
 * if the last iteration fails, so does the stop of this component, because no later one makes up
 * for it.
 *
 * <p>Key of its section: {@code every}, 1 s, from the beginning of one iteration to the beginning
 * of the next.
 */
public abstract class WorkerVerticle extends LifecycleVerticle {

  private static final Logger log = LoggerFactory.getLogger(WorkerVerticle.class);

  private Duration every = Duration.ofSeconds(1);
  private @Nullable Loop loop; // on the context only
  private @Nullable FailureLog failures; // on the context only

  /** For subclasses. */
  protected WorkerVerticle() {}

  /**
   * Acquires the resources of the iterations; the component's dependencies run.
   *
   * @return completes when iterations may begin
   * @throws Exception fails the start
   */
  protected Future<?> prepare() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Does one iteration.
   *
   * @return completes when it is done
   * @throws Exception fails this iteration, as a failed future does
   */
  protected abstract Future<?> iterate() throws Exception;

  /**
   * Hears, while an iteration runs, that nobody waits for it any more: the deadline of the drain
   * passed, or a second signal came. A subclass ends here whatever that iteration waits for,
   * because {@link #cleanUp()} is not called before it has ended.
   *
   * @throws Exception is logged; the iteration is awaited all the same
   */
  protected void onIterationAbandoned() throws Exception {}

  /**
   * Gives back the resources that {@link #prepare()} acquired. No iteration begins any more, and
   * none is running.
   *
   * @return completes when all is given back
   * @throws Exception fails this component's stop
   */
  protected Future<?> cleanUp() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Reads the subclass's own keys of the section, after {@code every}.
   *
   * @param section this component's part of the configuration
   */
  protected void configureMore(Section section) {}

  /** Reads {@code every}; a subclass fills in {@link #configureMore} for its own keys. */
  @Override
  protected final void configure(Section section) {
    every = section.duration("every", every);
    if (every.isZero()) {
      section.problem("every", "must be more than zero; 1s is the default");
    }
    configureMore(section);
  }

  /** Prepares and begins the loop; a subclass fills in {@link #prepare}. */
  @Override
  protected final Future<?> onStart() {
    failures = new FailureLog(log, name(), SystemClock.instance());
    return step("prepare", this::prepare)
        .onSuccess(
            v -> {
              Loop made = new Loop(vertx, context, every, this::iteration, this::failed);
              loop = made;
              made.begin();
            });
  }

  /** Waits for the last iteration. */
  @Override
  protected final Future<?> onDrain() {
    return loop == null ? Future.succeededFuture() : loop.drain();
  }

  /**
   * No iteration begins any more; a subclass fills in {@link #onIterationAbandoned}.
   *
   * @throws Exception is logged
   */
  @Override
  protected final void onDrainAbandoned() throws Exception {
    if (loop != null) {
      loop.abandon();
    }
    onIterationAbandoned();
  }

  /** The drain waits for iterations, and those are tracked. */
  @Override
  protected final boolean drainsTrackedWorkOnly() {
    return true;
  }

  /** Ends the loop; a subclass fills in {@link #cleanUp}. */
  @Override
  protected final Future<?> onStop() throws Exception {
    if (loop != null) {
      loop.end();
    }
    if (failures != null) {
      failures.flush();
    }
    return step("cleanUp", this::cleanUp);
  }

  private Future<?> iteration(String name) {
    return track(name, step("iterate", this::iterate));
  }

  private void failed(Throwable problem) {
    FailureLog to = failures;
    if (to != null) {
      to.failed(Level.ERROR, "an iteration", problem);
    }
  }
}
