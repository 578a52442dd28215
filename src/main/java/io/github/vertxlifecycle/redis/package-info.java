/**
 * Redis as a component: it waits for the server at the start, provides the client's own {@link
 * io.vertx.redis.client.Redis}, and stops when every command that went through it is answered.
 *
 * <p>{@code RedisSettings} read the section; {@code RedisStartProblem} says what is worth another
 * try; {@code TrackedRedis} counts what is in flight.
 */
@NullMarked
package io.github.vertxlifecycle.redis;

import org.jspecify.annotations.NullMarked;
