package io.github.vertxlifecycle.lifecycle;

import io.vertx.core.Future;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the toolkit and the steps of an application's verticles, for the toolkit's test
 * kit; promised to nobody else.
 */
@FunctionalInterface
public interface StepInterceptor {

  /**
   * Calls a step, or does something else in its place. Called on the verticle's context.
   *
   * @param component the name of the component
   * @param step {@code onStart}, {@code onDrain} or {@code onStop}
   * @param code the verticle's own step
   * @return what counts as the step's answer
   * @throws Exception fails the step
   */
  @Nullable Future<?> call(
      String component, String step, Callable<? extends @Nullable Future<?>> code) throws Exception;
}
