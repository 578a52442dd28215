package io.github.vertxlifecycle.redis;

import io.github.vertxlifecycle.work.Admission;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.RequestGrouping;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Function;

/**
 * The client of a cluster that dependents see; it sends requests to all servers. Each call is one
 * unit of work.
 */
final class TrackedRedisCluster implements RedisCluster {

  private final TrackedRedis client;
  private final Admission admission;

  TrackedRedisCluster(TrackedRedis client, Admission admission) {
    this.client = client;
    this.admission = admission;
  }

  @Override
  public Future<List<Response>> onAllNodes(Request request) {
    return one(request, cluster -> cluster.onAllNodes(request));
  }

  @Override
  public Future<List<Response>> onAllMasterNodes(Request request) {
    return one(request, cluster -> cluster.onAllMasterNodes(request));
  }

  @Override
  public Future<RequestGrouping> groupByNodes(List<Request> requests) {
    return all(requests, cluster -> cluster.groupByNodes(requests));
  }

  private <T> Future<T> one(Request request, Function<RedisCluster, Future<T>> ask) {
    return all(List.of(request), ask);
  }

  private <T> Future<T> all(List<Request> requests, Function<RedisCluster, Future<T>> ask) {
    CommandName name = new CommandName(requests);
    return admission.admit(
        name,
        () -> client.ask(name, requests, connection -> ask.apply(RedisCluster.create(connection))));
  }
}
