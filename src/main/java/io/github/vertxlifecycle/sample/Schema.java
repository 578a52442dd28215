package io.github.vertxlifecycle.sample;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;

/** The tables, made where they are missing. */
final class Schema {

  /**
   * The lock that keeps two copies from making tables at once; its number is any that nothing else
   * uses.
   */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(7112026)";

  /** {@code CREATE TABLE IF NOT EXISTS} logs a notice, which is not worth a warning. */
  private static final String QUIET = "SET LOCAL client_min_messages = warning";

  private static final String LINKS =
      """
      CREATE TABLE IF NOT EXISTS links (
        code text PRIMARY KEY,
        url text NOT NULL,
        hits bigint NOT NULL DEFAULT 0)""";

  private static final String BATCHES =
      """
      CREATE TABLE IF NOT EXISTS hit_batches (
        id text PRIMARY KEY,
        applied timestamptz NOT NULL DEFAULT now())""";

  private static final String EVENTS =
      """
      CREATE TABLE IF NOT EXISTS link_events (
        code text PRIMARY KEY,
        host text NOT NULL,
        noted timestamptz NOT NULL DEFAULT now())""";

  /** A batch id must outlive every copy that may still hold it; a day is more than any stop. */
  private static final String FORGET =
      "DELETE FROM hit_batches WHERE applied < now() - interval '1 day'";

  private Schema() {}

  static Future<?> create(Pool pool) {
    return pool.withTransaction(
        connection ->
            connection
                .query(LOCK)
                .execute()
                .compose(locked -> connection.query(QUIET).execute())
                .compose(quiet -> connection.query(LINKS).execute())
                .compose(links -> connection.query(BATCHES).execute())
                .compose(batches -> connection.query(FORGET).execute()));
  }

  static Future<?> createEvents(Pool pool) {
    return pool.withTransaction(
        connection ->
            connection
                .query(LOCK)
                .execute()
                .compose(locked -> connection.query(QUIET).execute())
                .compose(quiet -> connection.query(EVENTS).execute()));
  }
}
