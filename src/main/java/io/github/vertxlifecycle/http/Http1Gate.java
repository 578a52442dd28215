package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.HttpConnections;
import io.github.vertxlifecycle.vertx.LateWatch;
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
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the HTTP/1.x codec of one connection and Vert.x.
 *
 * <p>A request is work in flight from the moment its head has been decoded until the last byte of
 * its answer has been handed to the socket, pipelined requests that Vert.x has not looked at yet
 * included. A connection that became a WebSocket or a tunnel (101, or 2xx to CONNECT) stays work in
 * flight until it closes.
 *
 * <p>Once the server turns its clients away, the answer to the last request received so far says
 * {@code Connection: close} (RFC 9112 §9.6); what the client sends after that is not processed,
 * which the client knows. Then the connection closes, see {@link GentleClose}, and the request
 * stays work in flight until the client has its answer. An answer whose head was already on its way
 * when the stop came could not say so: after its end the client has the linger time to send one
 * more request and be told then.
 *
 * <p>Everything happens on the channel's event loop, but for the methods of {@link Gate}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells its failures to the pipeline, too
final class Http1Gate extends ChannelDuplexHandler implements Gate {

  /** How long the answer to 1001 is awaited, unless Vert.x does so, which has a time of its own. */
  private static final Duration FAREWELL = Duration.ofSeconds(10);

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
  private final Consumer<HttpServerRequest> whenLate;
  private final LateWatch answers;

  /** Requests whose answer has not begun: {@link Work} or {@link #REFUSED}. */
  private final Queue<Object> waiting = new ArrayDeque<>();

  /** When the last byte came that the next answer waits for, or the answer before it ended. */
  private long awaitedSince;

  private @Nullable Object answering;

  /** Ended answers whose last byte has not been handed to the socket yet. */
  private int handingOver;

  private volatile boolean vertxAwaitsFarewell;
  private boolean informational;
  private boolean connect;
  private boolean tunnel;
  private @Nullable Work upgraded;
  private final WebSocketLeave webSocketLeave;
  private long bodyBytes;
  private boolean bodyTooLarge;
  private boolean lastReceived;
  private boolean receiving;
  private boolean awaitsContinue;
  private boolean closeSaid;
  private boolean closing;
  private @Nullable Object lastName;

  /** What the client has not got yet, once the connection closes. */
  private @Nullable Work unread;

  private boolean delivered;

  /** Closed because its client took too long, during a stop. */
  private boolean losing;

  private @Nullable Work lastChance;
  private @Nullable ScheduledFuture<?> lastChanceEnd;

  private volatile boolean turningAway;
  private volatile boolean asked;

  // Read on the request's context, which may be another thread; written many times a request, so
  // released without the fence of a volatile write.

  /** The request that Vert.x answers now; null for none and for one that was refused. */
  private final AtomicReference<@Nullable Work> current = new AtomicReference<>();

  private final AtomicReference<@Nullable HttpServerRequest> currentRequest =
      new AtomicReference<>();

  Http1Gate(
      ChannelHandlerContext vertx,
      @Nullable PeerAddress peer,
      ReadTimer timer,
      WorkTracker tracker,
      RouteNames names,
      Duration linger,
      HttpLimits limits,
      Consumer<HttpServerRequest> whenLate) {
    this.vertx = vertx;
    this.channel = vertx.channel();
    this.peer = peer; // behind a proxy not the channel's
    this.overLimit = channel.hasAttr(ListeningSocket.OVER_LIMIT);
    this.timer = timer;
    this.tracker = tracker;
    this.names = names;
    this.linger = linger;
    this.limits = limits;
    this.whenLate = whenLate;
    this.answers =
        new LateWatch(channel, limits.requestTimeout().toNanos(), this::lookForLateAnswer);
    this.webSocketLeave = new WebSocketLeave(channel, linger);
  }

  @Override
  public void turnAway() {
    turningAway = true;
  }

  @Override
  public void goingAway() {
    channel.eventLoop().execute(webSocketLeave::begin);
  }

  @Override
  public boolean hasAsked() {
    return asked;
  }

  @Override
  public void closeIfIdle(Runnable then) {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (closing) {
                holdUnread();
              } else if (!isBusy() && lastChance == null) {
                closeUnlessTalking(true);
              }
              then.run();
            });
  }

  /** A client in the midst of a request's head is waited for as in service. */
  private void closeUnlessTalking(boolean idle) {
    if (!timer.awaitHead(tracker, peer)) {
      closeGently(null, idle);
    }
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
    return answering != null || handingOver > 0 || !waiting.isEmpty() || isUpgraded();
  }

  boolean hasBegunToAnswer() {
    return answering != null || isUpgraded();
  }

  // ── requests ───────────────────────────────────────────────────────────────────────────────────

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (isUnwanted(message)) {
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
    if (message instanceof HttpContent content && !isUpgraded()) {
      bodyBytes += content.content().readableBytes();
      awaitedSince = timer.lastRead();
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

  private boolean isUnwanted(Object message) {
    if (isUpgraded()) {
      return webSocketLeave.drops(message) || closing;
    }
    return closeSaid || closing || (bodyTooLarge && isBody(message));
  }

  private boolean isUpgraded() {
    return upgraded != null || tunnel;
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
    lastName = name;
    connect = request.method().equals(HttpMethod.CONNECT);
    if (!asked) {
      asked = true;
    }
    bodyBytes = 0;
    lastReceived |= !HttpUtil.isKeepAlive(request) || request.decoderResult().isFailure();
    receiving = true;
    awaitsContinue = HttpUtil.is100ContinueExpected(request);
    timeWhatIsNext();
    endLastChance();
    if (answering == null) {
      look();
    }
    answers.begin();
  }

  /** On the request's context, so not before a handler that blocks it gives its thread back. */
  private long lookForLateAnswer(long now) {
    if (waiting.isEmpty() || isUpgraded()) {
      return 0;
    }
    long limit = limits.requestTimeout().toNanos();
    HttpServerRequest request = currentRequest.getAcquire();
    if (answering != null || request == null) {
      return limit;
    }
    long left = limit - (now - awaitedSince);
    if (left <= 0) {
      whenLate.accept(request);
    }
    return left <= 0 ? limit : left;
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
      if (isUpgraded()) {
        ctx.write(message, promise.unvoid()).addListener(sent -> webSocketLeave.accepted());
        return;
      }
    } else if (message instanceof CloseWebSocketFrame && turningAway) {
      awaitFarewell(promise);
    }
    if (message instanceof LastHttpContent && tunnel) {
      endTunnel(ctx, message, promise);
      return;
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
    if (isTunnel(response)) {
      tunnel = true;
      upgrade();
      return;
    }
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

  /** Success of CONNECT is an upgrade (RFC 9110 §9.3.6), unless the application ends the answer. */
  private boolean isTunnel(HttpResponse response) {
    return connect
        && waiting.size() == 1
        && response.status().codeClass() == HttpStatusClass.SUCCESS
        && !(response instanceof LastHttpContent);
  }

  private void upgrade() {
    Work work = waiting.poll() instanceof Work counted ? counted : null;
    HttpServerRequest request = currentRequest.getAcquire();
    upgraded = work;
    if (work != null && request != null) {
      webSocketLeave.upgraded(work, lastName, HttpConnections.context(request));
    }
    look();
  }

  /** The application ended the answer to CONNECT and never made a tunnel of it. */
  private void endTunnel(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    Work ended = upgraded;
    upgraded = null;
    tunnel = false;
    closeSaid = true;
    handingOver++;
    ctx.write(
        message,
        new ResponseEnd(channel, promise, () -> handedOver(ended == null ? REFUSED : ended)));
  }

  /** Ends the answer whose last part is about to be written. */
  private void endAnswer() {
    answering = null;
    handingOver++;
    awaitedSince = timer.lastRead();
    currentRequest.setRelease(null);
    look();
  }

  /** The last byte of an answer has been handed to the socket, or the connection has gone. */
  private void handedOver(Object ended) {
    handingOver--;
    if (closeSaid && !isBusy()) {
      closeGently(ended instanceof Work work ? work : null, false);
    } else {
      giveLastChance();
      finish(ended);
      timeWhatIsNext();
    }
  }

  private void finish(@Nullable Object exchange) {
    if (exchange instanceof Work work) {
      if (losing || (work == upgraded && webSocketLeave.hasDropped())) {
        work.lose();
      } else {
        work.done();
      }
    }
  }

  @Override
  public void tooSlow() {
    losing = turningAway;
  }

  /** Vert.x, whose options have an idle timeout of their own, closes now. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && isBusy()) {
      tooSlow();
    }
    ctx.fireUserEventTriggered(event);
  }

  private void giveLastChance() {
    if (turningAway && !isBusy() && lastChance == null) {
      lastChance = tracker.grace("keep-alive connection", peer);
      lastChanceEnd =
          channel
              .eventLoop()
              .schedule(this::lastChancePassed, linger.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void lastChancePassed() {
    if (!isBusy()) {
      closeUnlessTalking(false);
    }
    endLastChance();
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

  /** Closes a WebSocket whose client does not answer 1001, or does not even read it. */
  private void awaitFarewell(ChannelPromise sent) {
    var end =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  if (!sent.isDone()) {
                    tooSlow(); // what was written before has not been read either
                  }
                  if (!vertxAwaitsFarewell || !sent.isDone()) {
                    own().close();
                  }
                },
                FAREWELL.toMillis(),
                TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> end.cancel(false));
  }

  /** Another part of this package sends the close frame of this WebSocket, by way of Vert.x. */
  void closedBySomebodyElse() {
    vertxAwaitsFarewell = true;
    channel.eventLoop().execute(webSocketLeave::isSomebodyElses);
  }

  /**
   * Closes the connection; what has been answered last is work in flight until the client has it.
   *
   * @param last that work; null if it has ended before
   */
  private void closeGently(@Nullable Work last, boolean idle) {
    if (closing) {
      finish(last);
      return;
    }
    closing = true;
    if (turningAway) {
      unread = last;
      holdUnread();
    } else {
      finish(last);
    }
    GentleClose.begin(own(), linger, idle, this::delivered);
  }

  private void holdUnread() {
    if (unread == null && !delivered && lastName != null) {
      unread = tracker.hold(new UnreadAnswer(lastName), peer);
    }
  }

  private void delivered() {
    delivered = true;
    finish(unread);
    unread = null;
  }

  /** Vert.x closes: after an answer that has said so the client still has to read it. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!closing && turningAway && handingOver > 0 && answering == null && waiting.isEmpty()) {
      closeSaid = true; // once the client's system has taken the last answer
      channel.closeFuture().addListener(closed -> promise.trySuccess());
    } else if (closing || ((closeSaid || turningAway) && !isBusy())) {
      channel.closeFuture().addListener(closed -> promise.trySuccess());
      closeGently(null, false);
    } else if (isUpgraded() && turningAway) {
      channel.closeFuture().addListener(closed -> promise.trySuccess());
      closeGently(upgraded, true);
    } else {
      ctx.close(promise);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    Work chance = lastChance;
    if (chance != null) {
      chance.done(); // not lost, whatever else is
    }
    endLastChance();
    delivered();
    finish(upgraded);
    finish(answering);
    answering = null;
    current.setRelease(null);
    currentRequest.setRelease(null);
    waiting.forEach(this::finish);
    waiting.clear();
    super.channelInactive(ctx);
  }
}
