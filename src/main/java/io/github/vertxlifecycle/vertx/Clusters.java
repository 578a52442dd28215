package io.github.vertxlifecycle.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;

/** The cluster that a Vert.x is a node of. */
public final class Clusters {

  private Clusters() {}

  /**
   * The cluster manager.
   *
   * @param vertx a clustered Vert.x
   * @return its cluster manager
   */
  public static ClusterManager manager(Vertx vertx) {
    return ((VertxInternal) vertx).clusterManager();
  }

  /**
   * Whether another node sent a message.
   *
   * @param message a message as a consumer got it
   * @return false also without a cluster
   */
  public static boolean isFromAnotherNode(Message<?> message) {
    return message instanceof ClusteredMessage<?, ?> one && one.isFromWire();
  }
}
