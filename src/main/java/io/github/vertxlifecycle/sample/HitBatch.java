package io.github.vertxlifecycle.sample;

import java.util.Map;

/**
 * Counted redirects on their way from Redis to PostgreSQL.
 *
 * @param id names the batch in both
 * @param hits how many by code
 */
record HitBatch(String id, Map<String, Long> hits) {

  HitBatch {
    hits = Map.copyOf(hits);
  }

  boolean isEmpty() {
    return hits.isEmpty();
  }
}
