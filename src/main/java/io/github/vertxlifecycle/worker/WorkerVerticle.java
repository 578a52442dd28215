package io.github.vertxlifecycle.worker;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A component that does the same thing again and again: moves a batch, polls a queue, tidies up.
 *
 * <p>A subclass says what one iteration is. The first iteration begins with the start, iterations
 * never overlap, and a failed iteration is logged and does not end the loop. When the component
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

  /** For subclasses. */
  protected WorkerVerticle() {}

  /**
   * Acquires the resources of the iterations; the component's dependencies run.
   *
   * @return completes when iterations may begin
   */
  protected Future<?> prepare() {
    return Future.succeededFuture();
  }

  /**
   * Does one iteration.
   *
   * @return completes when it is done
   */
  protected abstract Future<?> iterate();

  /**
   * Gives back the resources that {@link #prepare()} acquired. No iteration begins any more.
   *
   * @return completes when all is given back
   */
  protected Future<?> cleanUp() {
    return Future.succeededFuture();
  }

  /** Reads {@code every}. A subclass that reads more calls this too. */
  @Override
  protected void configure(Section section) {
    every = section.duration("every", every);
    if (every.isZero()) {
      section.problem("every", "must be more than zero; 1s is the default");
    }
  }

  @Override
  protected final Future<?> onStart() {
    return called("prepare", this::prepare)
        .onSuccess(
            v -> {
              Loop made = new Loop(vertx, context, every, this::iteration, this::failed);
              loop = made;
              made.begin();
            });
  }

  @Override
  protected final Future<?> onDrain() {
    return loop == null ? Future.succeededFuture() : loop.drain();
  }

  @Override
  protected final Future<?> onStop() {
    if (loop != null) {
      loop.end();
    }
    return cleanUp();
  }

  private Future<?> iteration(String name) {
    return track(name, called("iterate", this::iterate));
  }

  private void failed(Throwable problem) {
    log.error("{}: an iteration failed, the next one runs as usual", name(), problem);
  }

  /** A step that throws or returns null has failed. */
  private static Future<?> called(String step, Callable<? extends @Nullable Future<?>> code) {
    try {
      Future<?> future = code.call();
      return future != null
          ? future
          : Future.failedFuture(new NullPointerException(step + " returned null"));
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }
}
