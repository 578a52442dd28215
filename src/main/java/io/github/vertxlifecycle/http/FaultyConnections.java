package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes note of connections that say what is no HTTP: one line of the log each, for who looks for
 * it, and a number. On the connection's event loop.
 */
record FaultyConnections(WorkTracker tracker) {

  private static final Logger log = LoggerFactory.getLogger(HttpVerticle.class);

  private static final AttributeKey<Boolean> KNOWN =
      AttributeKey.valueOf(FaultyConnections.class, "known");

  /** The first problem counts; that a client has gone away is none, and is no news either. */
  void add(Channel channel, Throwable problem) {
    if (channel.attr(KNOWN).getAndSet(true) != null) {
      return;
    }
    if (!(problem instanceof IOException)) {
      tracker.countFaulty();
    }
    log.debug("connection from {}: {}", PeerAddress.ofClient(channel), problem.toString());
  }
}
