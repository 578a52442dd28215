package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.HttpConnections;
import io.github.vertxlifecycle.vertx.LateWatch;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkSource;
import io.github.vertxlifecycle.work.WorkTracker;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultHttpRequest;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the HTTP/1.x codec of one connection and Vert.x.
 *
 * <p>A request is work in flight from the moment its head has been decoded until the last byte of
 * its answer has been handed to the socket, pipelined requests that Vert.x has not looked at yet
 * included. In service nothing is made of it: it stands in a {@link RequestQueue} for whoever asks.
 * Whether an answer has been handed to the socket shows after the flush that follows it, when
 * nothing is left to send; if something is, or if the connection is about to close, a promise
 * tells. Once the tracker is to know, each request is {@link Work}. A connection that became a
 * WebSocket or a tunnel (101, or 2xx to CONNECT) stays work in flight until it closes.
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

  /**
   * The class of the last answer that came in one message, its head and its end: nearly always the
   * same one of Vert.x's, and a class is told faster than two interfaces. Any thread's word will
   * do.
   */
  private static @Nullable Class<?> wholeAnswers;

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

  private final RequestCounter counter;

  /**
   * What is under way: requests, and from the moment on that the tracker is to know of them {@link
   * Work} or {@link #REFUSED}.
   */
  private final RequestQueue requests = new RequestQueue();

  /** When the last byte came that the next answer waits for, or the answer before it ended. */
  private long awaitedSince;

  private boolean answering;

  /** Ended answers whose last byte has not been handed to the socket yet, and a promise will be. */
  private int handingOver;

  /** A promise will tell when what is unsent has been handed to the socket. */
  private boolean awaitingSent;

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
  private @Nullable String lastMethod;
  private @Nullable String lastTarget;

  /** What the client has not got yet, once the connection closes. */
  private @Nullable Work unread;

  private boolean delivered;

  /** Closed because its client took too long, during a stop. */
  private boolean losing;

  private @Nullable Work lastChance;
  private @Nullable ScheduledFuture<?> lastChanceEnd;

  private volatile boolean toBeCounted;
  private volatile boolean toBeTurnedAway;
  private volatile boolean asked;

  // What the event loop has made of what is wanted.
  private boolean counted;
  private boolean turningAway;

  /** Whether the request that Vert.x answers next was refused. Read on its context, too. */
  private volatile boolean nextIsRefused;

  /**
   * The request that its handler has; null between two. Read on its context, too; written twice a
   * request, so released without the fence of a volatile write.
   */
  private final AtomicReference<@Nullable HttpServerRequest> currentRequest =
      new AtomicReference<>();

  Http1Gate(
      ChannelHandlerContext vertx,
      @Nullable PeerAddress peer,
      ReadTimer timer,
      WorkTracker tracker,
      RequestCounter counter,
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
    this.counter = counter;
    this.names = names;
    this.linger = linger;
    this.limits = limits;
    this.whenLate = whenLate;
    this.answers =
        new LateWatch(channel, limits.requestTimeout().toNanos(), this::lookForLateAnswer);
    this.webSocketLeave = new WebSocketLeave(channel, linger);
  }

  @Override
  public void visit(WorkSource.WorkVisitor visitor) {
    requests.visit((request, since) -> visitor.visit(name(request), peer, since));
  }

  @Override
  public void count(Runnable then) {
    toBeCounted = true;
    channel
        .eventLoop()
        .execute(
            () -> {
              try {
                lookWhatIsWanted();
              } finally {
                then.run();
              }
            });
  }

  @Override
  public void turnAway() {
    toBeTurnedAway = true;
  }

  /** First of all in whatever happens on the event loop. */
  private void lookWhatIsWanted() {
    if (toBeTurnedAway) {
      turningAway = true;
      count();
    } else if (toBeCounted) {
      count();
    }
  }

  /** From now on the tracker knows of each request. */
  private void count() {
    if (!counted) {
      counted = true;
      if (requests.underWay() > 0 || requests.hasUnsent()) {
        tracker.handOver(() -> requests.exchange(this::takeOver));
      }
    }
  }

  private @Nullable Work takeOver(HttpRequest request, long since) {
    return tracker.takeOver(name(request), peer, since);
  }

  private RequestName name(HttpRequest request) {
    return new RequestName(request.method().name(), request.uri(), names);
  }

  private @Nullable RequestName lastName() {
    return lastMethod == null || lastTarget == null
        ? null
        : new RequestName(lastMethod, lastTarget, names);
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
              lookWhatIsWanted();
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
  public boolean handed(HttpServerRequest request) {
    currentRequest.setRelease(request);
    return !overLimit && !nextIsRefused;
  }

  /** Below Vert.x, which may queue a close behind what the client does not read. */
  private ChannelHandlerContext own() {
    ChannelHandlerContext own = channel.pipeline().context(this);
    return own == null ? vertx : own;
  }

  private boolean isBusy() {
    return handingOver > 0 || requests.underWay() > 0 || requests.hasUnsent() || isUpgraded();
  }

  boolean hasBegunToAnswer() {
    return answering || isUpgraded();
  }

  /** How many requests have come whose answer has not begun. */
  private int waiting() {
    return requests.underWay() - (answering ? 1 : 0);
  }

  // ── requests ───────────────────────────────────────────────────────────────────────────────────

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    lookWhatIsWanted();
    if (isUnwanted(message)) {
      ReferenceCountUtil.release(message);
      return;
    }
    // Nearly all messages are of two kinds, told apart without asking for interfaces.
    boolean usualHead = message.getClass() == DefaultHttpRequest.class;
    boolean usualEnd = message == LastHttpContent.EMPTY_LAST_CONTENT;
    if (usualHead || (!usualEnd && message instanceof HttpRequest)) {
      HttpRequest request = (HttpRequest) message;
      if (isTorso(request)) {
        ReferenceCountUtil.release(message);
        return;
      }
      begin(request);
    }
    if (usualEnd && !isUpgraded()) {
      received();
    } else if (!usualHead && message instanceof HttpContent content && !isUpgraded()) {
      bodyBytes += content.content().readableBytes();
      awaitedSince = timer.lastRead();
      if (limits.forbidsBody(bodyBytes)) {
        ReferenceCountUtil.release(message);
        refuseBody(ctx);
        return;
      }
      if (message instanceof LastHttpContent) {
        received();
      }
    }
    ctx.fireChannelRead(message);
  }

  /** A request has come whole. */
  private void received() {
    awaitedSince = timer.lastRead();
    receiving = false;
    timeWhatIsNext();
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
    lastMethod = request.method().name();
    lastTarget = request.uri();
    if (counted) {
      Work work = tracker.count(name(request), peer, timer.lastRead());
      requests.begin(work == null ? REFUSED : work, timer.lastRead());
    } else {
      counter.add();
      requests.begin(request, timer.lastRead());
    }
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
    if (!answering) {
      look();
    }
    answers.begin();
  }

  /** On the request's context, so not before a handler that blocks it gives its thread back. */
  private long lookForLateAnswer(long now) {
    if (waiting() == 0 || isUpgraded()) {
      return 0;
    }
    long limit = limits.requestTimeout().toNanos();
    HttpServerRequest request = currentRequest.getAcquire();
    if (answering || request == null) {
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
    boolean refused = requests.first() == REFUSED;
    if (refused != nextIsRefused) {
      nextIsRefused = refused;
    }
  }

  private void refuseBody(ChannelHandlerContext ctx) {
    bodyTooLarge = true;
    HttpServerRequest request = currentRequest.getAcquire();
    if (request == null || answering || waiting() > 1) {
      ctx.close(); // an answer is on its way already, and it cannot be taken back
    } else {
      new ErrorResponse(413).answer(request);
    }
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    lookWhatIsWanted();
    boolean last = message.getClass() == wholeAnswers || isLast(message);
    if (message instanceof HttpResponse response) {
      beginAnswer(response);
      if (isUpgraded()) {
        ctx.write(message, promise.unvoid()).addListener(sent -> webSocketLeave.accepted());
        return;
      }
    } else if (message instanceof CloseWebSocketFrame && turningAway) {
      awaitFarewell(promise);
    }
    if (tunnel && last) {
      endTunnel(ctx, message, promise);
      return;
    }
    if (!last || informational || !answering) {
      ctx.write(message, promise);
      return;
    }
    answering = false;
    if (counted) {
      Object ended = requests.take();
      handingOver++;
      endAnswer();
      ctx.write(message, new ResponseEnd(channel, promise, () -> handedOver(ended)));
      return;
    }
    requests.end();
    endAnswer();
    if (closeSaid) { // and then the connection closes
      awaitingSent = true;
      long ended = requests.ended();
      ctx.write(message, new ResponseEnd(channel, promise, () -> noLongerAwaited(ended)));
    } else {
      ctx.write(message, promise);
    }
  }

  private static boolean isLast(Object message) {
    boolean last = message instanceof LastHttpContent;
    if (last && message instanceof HttpResponse) {
      wholeAnswers = message.getClass();
    }
    return last;
  }

  /** What has been written and flushed has been handed to the socket, unless something is left. */
  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush();
    if (requests.hasUnsent() && !awaitingSent) {
      ChannelOutboundBuffer left = channel.unsafe().outboundBuffer();
      if (left != null && left.totalPendingWriteBytes() == 0) {
        sent(requests.ended());
      } else {
        awaitSent(ctx);
      }
    }
  }

  private void awaitSent(ChannelHandlerContext ctx) {
    awaitingSent = true;
    long ended = requests.ended();
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            done -> {
              noLongerAwaited(ended);
              if (requests.hasUnsent() && !awaitingSent && channel.isActive()) {
                awaitSent(ctx);
              }
            });
  }

  private void noLongerAwaited(long ended) {
    awaitingSent = false;
    sent(ended);
  }

  /** So many answers have been handed to the socket, or the connection has gone. */
  private void sent(long number) {
    lookWhatIsWanted();
    while (!requests.hasSent(number)) {
      over(requests.takeSent());
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
    answering = requests.underWay() > 0;
    if (waiting() == 0 && (turningAway || lastReceived || bodyTooLarge)) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    closeSaid =
        response.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
  }

  /** Success of CONNECT is an upgrade (RFC 9110 §9.3.6), unless the application ends the answer. */
  private boolean isTunnel(HttpResponse response) {
    return connect
        && waiting() == 1
        && response.status().codeClass() == HttpStatusClass.SUCCESS
        && !(response instanceof LastHttpContent);
  }

  private void upgrade() {
    count();
    Work work = requests.take() instanceof Work one ? one : null;
    HttpServerRequest request = currentRequest.getAcquire();
    upgraded = work;
    if (work != null && request != null) {
      webSocketLeave.upgraded(work, lastName(), HttpConnections.context(request));
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

  /** The last part of an answer is about to be written. */
  private void endAnswer() {
    awaitedSince = timer.lastRead();
    currentRequest.setRelease(null);
    look();
  }

  /** The last byte of an answer has been handed to the socket, or the connection has gone. */
  private void handedOver(@Nullable Object ended) {
    handingOver--;
    lookWhatIsWanted();
    over(ended);
  }

  private void over(@Nullable Object ended) {
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
    lookWhatIsWanted();
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
    lookWhatIsWanted();
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
    RequestName last = lastName();
    if (unread == null && !delivered && last != null) {
      unread = tracker.hold(new UnreadAnswer(last), peer);
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
    lookWhatIsWanted();
    boolean unsent = handingOver > 0 || requests.hasUnsent();
    if (!closing && turningAway && unsent && requests.underWay() == 0) {
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
    lookWhatIsWanted();
    Work chance = lastChance;
    if (chance != null) {
      chance.done(); // not lost, whatever else is
    }
    endLastChance();
    delivered();
    finish(upgraded);
    answering = false;
    currentRequest.setRelease(null);
    while (requests.hasUnsent()) {
      finish(requests.takeSent());
    }
    while (requests.underWay() > 0) {
      finish(requests.take());
    }
    nextIsRefused = true; // a request that waits for its thread has nobody to answer
    super.channelInactive(ctx);
  }
}
