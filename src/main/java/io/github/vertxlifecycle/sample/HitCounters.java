package io.github.vertxlifecycle.sample;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The counters in Redis: one hash that grows, one that has been set aside under an id. */
final class HitCounters {

  private static final String COUNTING = "links:hits";
  private static final String ASIDE = "links:hits:aside";
  private static final String ID = "links:hits:aside:id";

  /**
   * Returns the id of the batch that is aside, and its counters; sets one aside if there is none.
   */
  private static final String SET_ASIDE =
      """
      if redis.call('EXISTS', KEYS[2]) == 0 then
        if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
        redis.call('RENAME', KEYS[1], KEYS[2])
        redis.call('SET', KEYS[3], ARGV[1])
      end
      local batch = redis.call('HGETALL', KEYS[2])
      table.insert(batch, 1, redis.call('GET', KEYS[3]))
      return batch""";

  /**
   * Forgets the batch that is aside if it is still the same one: another copy may have been faster.
   */
  private static final String FORGET =
      """
      if redis.call('GET', KEYS[2]) == ARGV[1] then
        redis.call('DEL', KEYS[1], KEYS[2])
      end
      return 0""";

  private final Redis redis;

  HitCounters(Redis redis) {
    this.redis = redis;
  }

  /** Counts one redirect. */
  Future<?> count(String code) {
    return redis.send(Request.cmd(Command.HINCRBY).arg(COUNTING).arg(code).arg(1));
  }

  Future<HitBatch> setAside() {
    String id = UUID.randomUUID().toString();
    return redis
        .send(
            Request.cmd(Command.EVAL)
                .arg(SET_ASIDE)
                .arg(3)
                .arg(COUNTING)
                .arg(ASIDE)
                .arg(ID)
                .arg(id))
        .map(answer -> batch(answer, id));
  }

  private static HitBatch batch(Response answer, String newId) {
    if (answer.size() == 0) {
      return new HitBatch("", Map.of(), false);
    }
    Map<String, Long> hits = new HashMap<>();
    for (int i = 1; i < answer.size(); i += 2) {
      hits.put(answer.get(i).toString(), answer.get(i + 1).toLong());
    }
    String id = answer.get(0).toString();
    return new HitBatch(id, hits, !id.equals(newId));
  }

  Future<?> forget(HitBatch batch) {
    return redis.send(
        Request.cmd(Command.EVAL).arg(FORGET).arg(2).arg(ASIDE).arg(ID).arg(batch.id()));
  }
}
