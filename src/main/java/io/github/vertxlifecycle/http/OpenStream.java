package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.Work;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** A request of an HTTP/2 connection, and what has come of its body. */
final class OpenStream {

  /** When its head came. */
  final long since;

  /** Whether the tracker was told of it. */
  volatile boolean counted;

  /** Null for one that the tracker was not told of, or did not admit. */
  volatile @Nullable Work work;

  /** Null until Vert.x has handed it over. */
  volatile @Nullable HttpServerRequest request;

  long bodyBytes;

  /** Answered by us; what still comes of its body is dropped. */
  boolean refused;

  /** Reset because the client took too long, during a stop. */
  boolean lost;

  /** When the client took something of the answer last, or nothing waited for it. */
  long taken;

  /** When a byte of the body came last, or the head. */
  long heard;

  /** Where {@link OpenStreams} keeps it. */
  int place;

  OpenStream(long since) {
    this.since = since;
    this.heard = since;
    this.taken = since;
  }

  boolean isAdmitted() {
    return !counted || work != null; // in this order: the work is there before it counts
  }
}
