package io.github.vertxlifecycle.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The event loops of a Vert.x. */
public final class EventLoops {

  private EventLoops() {}

  /**
   * All of them, with the one that accepts connections.
   *
   * @param vertx the Vert.x
   * @return an executor of each
   */
  public static List<Executor> of(Vertx vertx) {
    VertxInternal internal = (VertxInternal) vertx;
    List<Executor> loops = new ArrayList<>();
    internal.nettyEventLoopGroup().forEach(loops::add);
    internal.acceptorEventLoopGroup().forEach(loops::add);
    return loops;
  }
}
