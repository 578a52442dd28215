package io.github.vertxlifecycle.sample;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.util.Optional;

/** The links: rows in PostgreSQL, with a cache in Redis. */
final class Links {

  private static final String INSERT =
      "INSERT INTO links (code, url) VALUES ($1, $2) ON CONFLICT DO NOTHING";
  private static final String SELECT = "SELECT url, hits FROM links WHERE code = $1";
  private static final String CACHE = "links:url:";
  private static final int CACHE_SECONDS = 3_600;

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int CODE_LENGTH = 7;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Pool pool;
  private final Redis redis;

  Links(Pool pool, Redis redis) {
    this.pool = pool;
    this.redis = redis;
  }

  /**
   * Keeps a link.
   *
   * @return its code, once the row is committed
   */
  Future<String> keep(Target target) {
    String code = newCode();
    return pool.preparedQuery(INSERT)
        .execute(Tuple.of(code, target.url()))
        .compose(
            inserted ->
                inserted.rowCount() == 1 ? Future.succeededFuture(code) : keep(target)); // taken
  }

  private static String newCode() {
    StringBuilder code = new StringBuilder(CODE_LENGTH);
    for (int i = 0; i < CODE_LENGTH; i++) {
      code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return code.toString();
  }

  /** Where a code leads; from the cache, else from the table. */
  Future<Optional<String>> find(String code) {
    return redis
        .send(Request.cmd(Command.GET).arg(CACHE + code))
        .compose(
            cached ->
                cached != null
                    ? Future.succeededFuture(Optional.of(cached.toString()))
                    : findAndCache(code));
  }

  private Future<Optional<String>> findAndCache(String code) {
    return row(code)
        .compose(
            row ->
                row.isEmpty()
                    ? Future.succeededFuture(Optional.<String>empty())
                    : cache(code, row.get().getString("url")).map(Optional::of));
  }

  private Future<String> cache(String code, String url) {
    return redis
        .send(Request.cmd(Command.SET).arg(CACHE + code).arg(url).arg("EX").arg(CACHE_SECONDS))
        .map(url);
  }

  /** A link with its hits, as far as they have been moved to the table. */
  Future<Optional<JsonObject>> describe(String code) {
    return row(code)
        .map(
            found ->
                found.map(
                    row ->
                        new JsonObject()
                            .put("code", code)
                            .put("url", row.getString("url"))
                            .put("hits", row.getLong("hits"))));
  }

  private Future<Optional<Row>> row(String code) {
    return pool.preparedQuery(SELECT).execute(Tuple.of(code)).map(Links::first);
  }

  private static Optional<Row> first(RowSet<Row> rows) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
  }
}
