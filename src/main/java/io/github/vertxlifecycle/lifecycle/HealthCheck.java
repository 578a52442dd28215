package io.github.vertxlifecycle.lifecycle;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * A question that tells whether a component can do its work.
 *
 * @param component whose it is
 * @param instance the number of the instance, from 0
 * @param name what is asked: {@code SELECT 1}
 * @param ask asks, on the instance's own context, so that a blocked event loop shows; the answer is
 *     yes if the future succeeds. It has no deadline of its own. Any thread may call it.
 */
public record HealthCheck(String component, int instance, String name, Supplier<Future<?>> ask) {}
