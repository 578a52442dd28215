/**
 * The test kit: an application's own tests start it, stop it, and look at how it stopped.
 *
 * <p>{@code LifecycleExtension} runs a whole application for a test or a class, on JUnit and beside
 * {@code VertxExtension}; {@code ComponentTest} runs one component alone, on a clock that the test
 * moves; {@code StopResult} is the stop as a value. It needs {@code io.vertx:vertx-junit5}, and
 * AssertJ and {@code io.vertx:vertx-web-client} where a test uses what is made of them.
 */
@NullMarked
package io.github.vertxlifecycle.junit5;

import org.jspecify.annotations.NullMarked;
