package io.github.vertxlifecycle.redis;

import io.github.vertxlifecycle.work.Admission;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.RequestGrouping;
import io.vertx.redis.client.Response;
import java.util.List;

/**
 * The client of a cluster that dependents see; it sends requests to all servers. Each call is one
 * unit of work.
 */
final class TrackedRedisCluster implements RedisCluster {

  private final RedisCluster delegate;
  private final Admission admission;

  TrackedRedisCluster(RedisCluster delegate, Admission admission) {
    this.delegate = delegate;
    this.admission = admission;
  }

  @Override
  public Future<List<Response>> onAllNodes(Request request) {
    return admission.admit(CommandName.of(request), () -> delegate.onAllNodes(request));
  }

  @Override
  public Future<List<Response>> onAllMasterNodes(Request request) {
    return admission.admit(CommandName.of(request), () -> delegate.onAllMasterNodes(request));
  }

  @Override
  public Future<RequestGrouping> groupByNodes(List<Request> requests) {
    return admission.admit(new CommandName(requests), () -> delegate.groupByNodes(requests));
  }
}
