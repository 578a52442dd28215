package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gate of an HTTP/2 connection. A stream is work in flight while it is open.
 *
 * <p>The client is turned away in two steps (RFC 9113 §6.8): a GOAWAY with the highest stream id,
 * which only asks for no more streams; after a round trip, by which streams already on their way
 * have arrived, a second one with the real last id. Then the connection closes with its last
 * stream.
 */
final class Http2Gate extends Http2ConnectionAdapter implements Gate {

  /** No error (RFC 9113 §7). */
  private static final long NO_ERROR = 0;

  /** Longer than any stop: the drain's own deadline ends a stuck stream, not this. */
  private static final long UNTIL_THE_LAST_STREAM = Duration.ofDays(1).toMillis();

  private final HttpConnection connection;
  private final Http2Connection streams;
  private final Http2Connection.PropertyKey work;
  private final WorkTracker tracker;
  private boolean turnedAway; // under this

  Http2Gate(HttpConnection connection, Http2Connection streams, WorkTracker tracker) {
    this.connection = connection;
    this.streams = streams;
    this.work = streams.newKey();
    this.tracker = tracker;
    streams.addListener(this);
  }

  @Override
  public void onStreamActive(Http2Stream stream) {
    stream.setProperty(work, tracker.count("HTTP/2 stream", Peer.of(connection.remoteAddress())));
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    Work one = stream.removeProperty(work);
    if (one != null) {
      one.done();
    }
  }

  @Override
  public @Nullable Work workOf(HttpServerRequest request) {
    Http2Stream stream = streams.stream(request.streamId());
    return stream == null ? null : stream.getProperty(work);
  }

  @Override
  public void turnAway() {
    synchronized (this) {
      if (turnedAway) {
        return;
      }
      turnedAway = true;
    }
    connection.goAway(NO_ERROR, Integer.MAX_VALUE);
    connection
        .ping(Buffer.buffer(new byte[8]))
        .onComplete(answered -> connection.shutdown(UNTIL_THE_LAST_STREAM, TimeUnit.MILLISECONDS));
  }

  /** Nothing to do: after the second GOAWAY the connection closes by itself. */
  @Override
  public void closeIfIdle() {}
}
