/**
 * PostgreSQL as a component: it waits for the database at the start, provides the client's own
 * {@link io.vertx.sqlclient.Pool}, and stops when nothing of what went through it is open.
 *
 * <p>{@code PostgresSettings} read the section; {@code PostgresStartProblem} tells what is worth
 * another try; {@code TrackedPool} counts what is in flight.
 */
@NullMarked
package io.github.vertxlifecycle.postgres;

import org.jspecify.annotations.NullMarked;
