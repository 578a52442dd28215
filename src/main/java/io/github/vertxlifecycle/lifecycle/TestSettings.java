package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.SystemClock;
import io.vertx.core.Deployable;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a test makes different in an application; see {@link TestAccess}.
 *
 * @param clock the clock of every deadline
 * @param changes changes what was declared
 * @param examine sees the first instance of each component before its section is read
 * @param steps calls the steps of its verticles; null for nobody
 */
record TestSettings(
    Clock clock,
    Consumer<DeclaredComponents> changes,
    BiConsumer<String, Deployable> examine,
    @Nullable StepInterceptor steps) {

  /** Of an application that no test runs. */
  static final TestSettings NONE =
      new TestSettings(SystemClock.instance(), declared -> {}, (name, first) -> {}, null);
}
