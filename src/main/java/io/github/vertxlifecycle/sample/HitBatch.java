package io.github.vertxlifecycle.sample;

import java.util.Map;

/**
 * Counted redirects on their way from Redis to PostgreSQL.
 *
 * @param id names the batch in both stores
 * @param hits how many redirects by code
 * @param leftOver whether an earlier iteration set it aside and failed to move it; redirects
 *     counted since then are not in it
 */
record HitBatch(String id, Map<String, Long> hits, boolean leftOver) {

  HitBatch {
    hits = Map.copyOf(hits);
  }

  boolean isEmpty() {
    return hits.isEmpty();
  }
}
