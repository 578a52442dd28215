package io.github.vertxlifecycle.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An answer of server-sent events, which a browser reads with {@code EventSource}.
 *
 * <p>It ends when the client goes, when {@link #end()} is called, or when the server drains: then
 * the last event, if one was set, and a clean end, upon which a browser comes back to another
 * server. It is used on the request's own context.
 */
public final class EventStream {

  private final Vertx vertx;
  private final HttpServerResponse response;
  private final @Nullable String lastEventId;
  private final Promise<Void> ended = Promise.promise();
  private @Nullable ServerEvent lastWords;
  private long heartbeat = -1;

  EventStream(RoutingContext context) {
    this.vertx = context.vertx();
    this.response = context.response();
    this.lastEventId = context.request().getHeader("Last-Event-ID");
    if (context.request().version() != HttpVersion.HTTP_2) {
      // The end of the stream is the end of the connection: nobody waits for another request on it.
      response.setChunked(true).putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Accel-Buffering", "no");
    context.addEndHandler(done -> over());
  }

  /** Sends the head, so that the client knows that it is connected. */
  EventStream begin() {
    response.writeHead();
    return this;
  }

  private void over() {
    if (heartbeat >= 0) {
      vertx.cancelTimer(heartbeat);
      heartbeat = -1;
    }
    ended.tryComplete();
  }

  /**
   * The id of the last event that the client saw before it came back.
   *
   * @return the id of an event, null if it comes for the first time
   */
  public @Nullable String lastEventId() {
    return lastEventId;
  }

  /**
   * Tells the client how long to wait before it comes back after the end of the stream.
   *
   * @param pause the pause
   * @return this
   */
  public EventStream retry(Duration pause) {
    response.write("retry: " + pause.toMillis() + "\n\n");
    return this;
  }

  /**
   * Sends an empty comment at times, so that nobody on the way takes the connection for dead.
   *
   * @param every how often
   * @return this
   */
  public EventStream heartbeat(Duration every) {
    if (heartbeat >= 0) {
      vertx.cancelTimer(heartbeat);
    }
    heartbeat = vertx.setPeriodic(Math.max(1, every.toMillis()), id -> response.write(":\n\n"));
    return this;
  }

  /**
   * Sets what is sent before the end when the server drains.
   *
   * @param event the event
   * @return this
   */
  public EventStream lastWords(ServerEvent event) {
    lastWords = event;
    return this;
  }

  /**
   * Sends an event that has data only.
   *
   * @param data any text
   * @return completes when it has been handed to the socket
   */
  public Future<Void> send(String data) {
    return send(new ServerEvent(null, null, data));
  }

  /**
   * Sends an event.
   *
   * @param event the event
   * @return completes when it has been handed to the socket
   */
  public Future<Void> send(ServerEvent event) {
    return response.write(event.encoded());
  }

  /**
   * Whether the client reads more slowly than events are sent.
   *
   * @return true if it would be better to wait or to drop events
   */
  public boolean isFull() {
    return response.writeQueueFull();
  }

  /**
   * Ends the stream.
   *
   * @return completes when its end has been handed to the socket
   */
  public Future<Void> end() {
    return response.ended() || response.closed() ? Future.succeededFuture() : response.end();
  }

  /**
   * Tells when the stream is over, for whatever reason.
   *
   * @return completes then, never fails
   */
  public Future<Void> ended() {
    return ended.future();
  }

  void goingAway() {
    if (!response.ended() && !response.closed()) {
      if (lastWords != null) {
        response.write(lastWords.encoded());
      }
      response.end();
    }
  }
}
