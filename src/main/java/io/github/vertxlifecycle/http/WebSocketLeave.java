package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.PendingReplies;
import io.github.vertxlifecycle.work.Work;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes leave of a WebSocket that the application or Vert.x Web has accepted itself: a SockJS
 * bridge, say. Replies of the event bus that are awaited on the WebSocket's context come first,
 * then 1001, going away (RFC 6455 §7.4.1).
 *
 * <p>Until then the client's messages are handled, for as long as {@code linger} at most: one that
 * goes on asking would never be told. Messages that come later are dropped: an answer to them could
 * not be sent any more. Their number is in the report.
 *
 * <p>On the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class WebSocketLeave {

  /**
   * The name of a WebSocket in a report while replies are awaited.
   *
   * @param request the name of the request that became the WebSocket
   * @param replies what it awaits
   */
  private record Awaiting(Object request, List<PendingReplies.Reply> replies) {
    @Override
    public String toString() {
      return request + " (awaits a reply from " + PendingReplies.addresses(replies) + ")";
    }
  }

  private static final Pattern PING =
      Pattern.compile("(\\[\")?\\{\\\\?\"type\\\\?\":\\s*\\\\?\"ping\\\\?\"\\}(\"\\])?");

  private final Channel channel;
  private final Duration linger;
  private @Nullable Work work;
  private @Nullable Object name;
  private @Nullable Context context;
  private boolean due;
  private boolean begun;
  private boolean somebodyElses;
  private boolean dropping;
  private boolean droppingThis;
  private int late;

  WebSocketLeave(Channel channel, Duration linger) {
    this.channel = channel;
    this.linger = linger;
  }

  /**
   * A request is answered with an upgrade, of whichever kind.
   *
   * @param of the work that it is
   * @param what its name
   * @param where the request's own context, on which its handlers run
   */
  void upgraded(Work of, @Nullable Object what, Context where) {
    work = of;
    name = what;
    context = where;
  }

  /** The answer that accepts the upgrade has been sent, and the codec has been changed. */
  void accepted() {
    if (due) {
      channel.eventLoop().execute(this::begin);
    }
  }

  /** Another part of this package takes leave. */
  void isSomebodyElses() {
    somebodyElses = true;
  }

  /** The server drains. */
  void begin() {
    due = true;
    if (!begun && !somebodyElses && isWebSocket()) {
      begun = true;
      channel.eventLoop().schedule(this::stopListening, linger.toMillis(), TimeUnit.MILLISECONDS);
      awaitReplies();
    }
  }

  private boolean isWebSocket() {
    return work != null
        && context != null
        && channel.isActive()
        && channel.pipeline().get(WebSocket13FrameDecoder.class) != null;
  }

  /** By way of the context, behind the messages that wait there for their handler. */
  private void awaitReplies() {
    Context own = context;
    if (own != null && channel.isActive()) {
      own.runOnContext(v -> await(PendingReplies.on(own)));
    }
  }

  private void await(List<PendingReplies.Reply> pending) {
    if (pending.isEmpty()) {
      channel.eventLoop().execute(this::goAway);
      return;
    }
    Work awaiting = work;
    if (awaiting != null && name != null) {
      awaiting.rename(new Awaiting(name, pending));
    }
    Future.join(pending.stream().map(PendingReplies.Reply::reply).toList())
        .onComplete(come -> channel.eventLoop().execute(this::awaitReplies));
  }

  /** What a client of the event bus bridge says every few seconds, and awaits no answer to. */
  private static boolean isPing(WebSocketFrame frame) {
    return frame instanceof TextWebSocketFrame text
        && frame.content().readableBytes() < 64
        && PING.matcher(text.text()).matches();
  }

  /** Whether messages have been dropped, to be named when the WebSocket ends. */
  boolean hasDropped() {
    if (late > 0 && work != null && name != null) {
      work.rename(name + " (" + late + " of its messages came too late)");
    }
    return late > 0;
  }

  /** From now on messages come too late. */
  void stopListening() {
    dropping = true;
  }

  private void goAway() {
    stopListening();
    if (work != null && name != null) {
      work.rename(name);
    }
    channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE));
  }

  /** Whether a message of the client comes too late; its later parts share its fate. */
  boolean drops(Object frame) {
    if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
      droppingThis = dropping;
      if (dropping && !isPing((WebSocketFrame) frame)) {
        late++;
      }
      return droppingThis;
    }
    return droppingThis && frame instanceof ContinuationWebSocketFrame;
  }
}
