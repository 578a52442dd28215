package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the HTTP/1.x codec of one connection and Vert.x.
 *
 * <p>A request is work in flight from the moment its head has been decoded until the last byte of
 * its answer has been handed to the socket, pipelined requests that Vert.x has not looked at yet
 * included. A connection that became a WebSocket stays work in flight until it closes.
 *
 * <p>Once the server turns its clients away, the answer to the last request received so far says
 * {@code Connection: close} (RFC 9112 §9.6); what the client sends after that is not processed,
 * which the client knows. Then the connection closes, see {@link GentleClose}. An answer whose head
 * was already on its way when the stop came could not say so: after its end the client has the
 * linger time to send one more request and be told then.
 *
 * <p>Everything happens on the channel's event loop, but for the methods of {@link Gate}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class Http1Gate extends ChannelDuplexHandler implements Gate {

  /** Stands for a request that was not admitted. */
  private static final Object REFUSED = new Object();

  private final ChannelHandlerContext vertx;
  private final Channel channel;
  private final @Nullable PeerAddress peer;
  private final boolean overLimit;

  private final ReadTimer timer;
  private final WorkTracker tracker;
  private final RouteNames names;
  private final Duration linger;
  private final HttpLimits limits;

  /** Requests whose answer has not begun: {@link Work} or {@link #REFUSED}. */
  private final Queue<Object> waiting = new ArrayDeque<>();

  private @Nullable Object answering;

  /** Ended answers whose last byte has not been handed to the socket yet. */
  private int handingOver;

  private boolean informational;
  private @Nullable Work upgraded;
  private boolean closeFrameSent;
  private long bodyBytes;
  private boolean bodyTooLarge;
  private boolean lastReceived;
  private boolean receiving;
  private boolean awaitsContinue;
  private boolean closeSaid;
  private boolean closing;
  private @Nullable Work lastChance;
  private @Nullable ScheduledFuture<?> lastChanceEnd;

  private volatile boolean turningAway;

  // Read on the request's context, which may be another thread; written many times a request, so
  // released without the fence of a volatile write.

  /** The request that Vert.x answers now; null for none and for one that was refused. */
  private final AtomicReference<@Nullable Work> current = new AtomicReference<>();

  private final AtomicReference<@Nullable HttpServerRequest> currentRequest =
      new AtomicReference<>();

  Http1Gate(
      ChannelHandlerContext vertx,
      ReadTimer timer,
      WorkTracker tracker,
      RouteNames names,
      Duration linger,
      HttpLimits limits) {
    this.vertx = vertx;
    this.channel = vertx.channel();
    this.peer = PeerAddress.of(channel.remoteAddress());
    this.overLimit = channel.hasAttr(ListeningSocket.OVER_LIMIT);
    this.timer = timer;
    this.tracker = tracker;
    this.names = names;
    this.linger = linger;
    this.limits = limits;
  }

  @Override
  public void turnAway() {
    turningAway = true;
  }

  @Override
  public void goingAway() {
    channel.eventLoop().execute(this::closeWebSocket);
  }

  @Override
  public void closeIfIdle() {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (!isBusy() && lastChance == null) {
                closeGently();
              }
            });
  }

  @Override
  public void closeNow() {
    channel.eventLoop().execute(() -> own().close());
  }

  @Override
  public @Nullable Work handed(HttpServerRequest request) {
    currentRequest.setRelease(request);
    return overLimit ? null : current.getAcquire();
  }

  /** Below Vert.x, which may queue a close behind what the client does not read. */
  private ChannelHandlerContext own() {
    ChannelHandlerContext own = channel.pipeline().context(this);
    return own == null ? vertx : own;
  }

  private boolean isBusy() {
    return answering != null || handingOver > 0 || !waiting.isEmpty() || upgraded != null;
  }

  boolean hasBegunToAnswer() {
    return answering != null || upgraded != null;
  }

  // ── requests ───────────────────────────────────────────────────────────────────────────────────

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (upgraded == null && (closeSaid || closing || (bodyTooLarge && isBody(message)))) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest request) {
      if (isTorso(request)) {
        ReferenceCountUtil.release(message);
        return;
      }
      begin(request);
    }
    if (message instanceof HttpContent content && upgraded == null) {
      bodyBytes += content.content().readableBytes();
      if (limits.forbidsBody(bodyBytes)) {
        ReferenceCountUtil.release(message);
        refuseBody(ctx);
        return;
      }
      if (message instanceof LastHttpContent) {
        receiving = false;
        timeWhatIsNext();
      }
    }
    ctx.fireChannelRead(message);
  }

  /**
   * The request that the codec makes of a head whose end never came, once the connection has gone.
   */
  private static boolean isTorso(HttpRequest request) {
    return request.decoderResult().cause() instanceof PrematureChannelClosureException;
  }

  private static boolean isBody(Object message) {
    return message instanceof HttpContent && !(message instanceof HttpRequest);
  }

  private void begin(HttpRequest request) {
    RequestName name = new RequestName(request.method().name(), request.uri(), names);
    Work work = tracker.count(name, peer, timer.lastRead());
    waiting.add(work == null ? REFUSED : work);
    bodyBytes = 0;
    lastReceived |= !HttpUtil.isKeepAlive(request) || request.decoderResult().isFailure();
    receiving = true;
    awaitsContinue = HttpUtil.is100ContinueExpected(request);
    timeWhatIsNext();
    endLastChance();
    if (answering == null) {
      look();
    }
  }

  private void timeWhatIsNext() {
    if (receiving && !awaitsContinue) {
      timer.headRead();
    } else if (isBusy()) {
      timer.bodyRead();
    } else {
      timer.answered();
    }
  }

  private void look() {
    Object next = waiting.peek();
    current.setRelease(next instanceof Work work ? work : null);
  }

  private void refuseBody(ChannelHandlerContext ctx) {
    bodyTooLarge = true;
    HttpServerRequest request = currentRequest.getAcquire();
    if (request == null || answering != null || waiting.size() > 1) {
      ctx.close(); // an answer is on its way already, and it cannot be taken back
    } else {
      new ErrorResponse(413).answer(request);
    }
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      beginAnswer(response);
    }
    if (!(message instanceof LastHttpContent) || informational || answering == null) {
      ctx.write(message, promise);
    } else {
      Object ended = answering;
      endAnswer();
      ctx.write(message, new ResponseEnd(channel, promise, () -> handedOver(ended)));
    }
  }

  private void beginAnswer(HttpResponse response) {
    HttpResponseStatus status = response.status();
    informational = status.code() >= 100 && status.code() < 200;
    if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      upgrade();
    }
    awaitsContinue = false;
    if (informational) {
      timeWhatIsNext();
      return;
    }
    answering = waiting.poll();
    if (waiting.isEmpty() && (turningAway || lastReceived || bodyTooLarge)) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    closeSaid =
        response.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
  }

  private void upgrade() {
    upgraded = waiting.poll() instanceof Work work ? work : null;
    look();
  }

  /** Ends the answer whose last part is about to be written. */
  private void endAnswer() {
    answering = null;
    handingOver++;
    currentRequest.setRelease(null);
    look();
  }

  /** The last byte of an answer has been handed to the socket, or the connection has gone. */
  private void handedOver(Object ended) {
    handingOver--;
    if (closeSaid && !isBusy()) {
      finish(ended);
      closeGently();
    } else {
      giveLastChance();
      finish(ended);
      timeWhatIsNext();
    }
  }

  private static void finish(@Nullable Object exchange) {
    if (exchange instanceof Work work) {
      work.done();
    }
  }

  private void giveLastChance() {
    if (turningAway && !isBusy() && lastChance == null) {
      lastChance = tracker.hold("keep-alive connection", peer);
      lastChanceEnd =
          channel
              .eventLoop()
              .schedule(this::lastChancePassed, linger.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void lastChancePassed() {
    endLastChance();
    if (!isBusy()) {
      closeGently();
    }
  }

  private void endLastChance() {
    Work chance = lastChance;
    ScheduledFuture<?> end = lastChanceEnd;
    lastChance = null;
    lastChanceEnd = null;
    if (end != null) {
      end.cancel(false);
    }
    finish(chance);
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  /** Closes a WebSocket that nobody else closes: going away (RFC 6455 §7.4.1). */
  private void closeWebSocket() {
    if (upgraded != null
        && !closeFrameSent
        && channel.pipeline().get(WebSocket13FrameDecoder.class) != null) {
      closeFrameSent = true;
      channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE));
    }
  }

  /** Another part of this package sends the close frame of this WebSocket. */
  void closedBySomebodyElse() {
    channel.eventLoop().execute(() -> closeFrameSent = true);
  }

  private void closeGently() {
    if (!closing) {
      closing = true;
      GentleClose.begin(own(), linger);
    }
  }

  /** Vert.x closes: after an answer that has said so the client still has to read it. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (closing || (closeSaid && answering == null && upgraded == null)) {
      channel.closeFuture().addListener(closed -> promise.trySuccess());
      closeGently();
    } else {
      ctx.close(promise);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    endLastChance();
    finish(upgraded);
    finish(answering);
    answering = null;
    current.setRelease(null);
    currentRequest.setRelease(null);
    waiting.forEach(Http1Gate::finish);
    waiting.clear();
    super.channelInactive(ctx);
  }
}
