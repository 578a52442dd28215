/**
 * PostgreSQL as a component: it waits for the database at the start, provides the client's own
 * {@link io.vertx.sqlclient.Pool}, and stops when no connection and no query is open.
 *
 * <p>{@code PostgresSettings} read the section; {@code PostgresStartProblem} says what is worth
 * another try; {@code TrackedPool} counts what is in flight.
 */
@NullMarked
package io.github.vertxlifecycle.postgres;

import org.jspecify.annotations.NullMarked;
