package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.acme.AcmeCertificate;
import io.github.vertxlifecycle.acme.AcmeOptions;
import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Transports;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.StreamResetException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * An HTTP server with a Vert.x Web router.
 *
 * <p>From the first moment of a stop every answer tells its client to leave: {@code Connection:
 * close} on HTTP/1.1, GOAWAY on HTTP/2. Everything is still answered, on new connections too. When
 * the server's turn to drain comes, it takes leave of WebSockets and endless answers, waits until
 * the connections have gone, at most {@code linger} from that first moment, then stops listening
 * (on epoll without a reset for anybody who was let in), closes what is idle, and waits for the
 * requests in flight. Only what comes after that is refused, with 503.
 *
 * <p>The section, with its defaults:
 *
 * <pre>
 * http {
 *   host = "0.0.0.0"         # or "unix:/run/app.sock"
 *   port = 8080              # 0 for any free one, the same for all instances
 *   path = null              # a Unix domain socket instead of host and port
 *   linger = 1s              # how long idle connections stay open at a stop
 *   limits {                 # 0 for none, but for the first two
 *     requestLine = 8192     # bytes, else 414
 *     headers = 16384        # bytes, else 431
 *     body = 10485760        # bytes, else 413
 *     connections = 10000    # on this address, else 503
 *     headTimeout = 10s      # from a request's first byte to the end of its headers, else 408
 *     readTimeout = 30s      # without a byte of a body that is awaited, else 408
 *     requestTimeout = 60s   # from a request's last byte to the head of its answer, else 503
 *     writeTimeout = 60s     # while a client takes nothing of its answer; then its connection closes
 *     idleTimeout = 75s      # without a request; then the connection closes
 *   }
 *   tls {                    # none: plain HTTP, with HTTP/2 for those who know (h2c)
 *     cert = cert.pem, key = key.pem       # or keyStore = store.p12, password = …
 *     reloadInterval = 10s   # how often to look for new files; 0 for never
 *     redirectPort = 80      # where plain HTTP is sent over to HTTPS; none by default
 *     acme {                 # instead of files: a certificate by ACME; redirectPort is 80 then
 *       domains = [www.example.org]
 *       email = null         # where the authority may write to
 *       directory = "https://acme-v02.api.letsencrypt.org/directory"
 *       storage = certificates               # a directory that survives restarts
 *       trust = null         # PEM file of the roots that the directory's certificate leads to
 *     }
 *   }
 * }
 * </pre>
 *
 * <p>With {@code acme} the listener that redirects comes first and answers the authority's
 * challenges (HTTP-01). Without a certificate that is valid, the server listens when there is one,
 * and the start fails if there is none within its {@code startTimeout}; with one, it listens at
 * once. A certificate is renewed when two thirds of its life have passed, and open connections stay
 * as they are; see {@link AcmeCertificate}. A renewal is work in flight, and the listener that
 * redirects stays until it is over. The health check {@code certificate} fails once it has expired.
 *
 * <p>With several instances Vert.x spreads connections over them. It listens with the transport of
 * its Vert.x. The launcher takes epoll where it is on the class path; {@code
 * VertxOptions.preferNativeTransport} chooses epoll or else io_uring, without it Vert.x takes NIO.
 * Prefer epoll: on NIO a client that connects in the very moment in which the socket closes is
 * reset, and on io_uring Vert.x 5.0.10 has no Unix domain sockets and ends most HTTP/2 connections
 * as they begin. Requests in flight are named {@code GET /links/:code}, with their client's
 * address.
 */
public abstract class HttpVerticle extends LifecycleVerticle {

  private static final Logger log = LoggerFactory.getLogger(HttpVerticle.class);

  /**
   * Statuses of failures that Vert.x Web would log with a stack each, if nobody handles them. Those
   * with which it answers a request that matches no route are not among them: who handles one of
   * these has to answer, too.
   */
  private static final int[] LOGGED = {401, 403, 408, 409, 413, 422, 429, 500, 501, 502, 503, 504};

  private final DrainHooks drainHooks = new DrainHooks();
  private final Promise<Void> drained = Promise.promise();
  private final RouteNames names = new RouteNames();
  private HttpOptions options = HttpOptions.DEFAULT;

  private final List<HttpEndpoint> endpoints = new ArrayList<>();
  private volatile @Nullable FailureLog failures;
  private @Nullable HttpEndpoint main;
  private @Nullable HttpEndpoint redirect;

  private @Nullable TlsFiles tlsFiles;
  private @Nullable AcmeCertificate certificate;

  /** For subclasses. */
  protected HttpVerticle() {}

  /**
   * Acquires what the routes need, on the verticle's context, once per instance. Dependencies run;
   * the server does not listen yet.
   *
   * @return completes when {@link #routes} may be called
   * @throws Exception fails the start
   */
  protected Future<?> prepare() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Adds the routes. Called on the verticle's context, once per instance, when {@link #prepare()}
   * has completed.
   *
   * @param router the router of this instance
   * @throws Exception fails the start
   */
  protected abstract void routes(Router router) throws Exception;

  /**
   * Runs when the server listens and serves; {@link #port()} is known. The component has started
   * when the returned future has completed.
   *
   * @return completes when dependents may start
   * @throws Exception fails the start, and the server is closed
   */
  protected Future<?> onListening() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Hears that nobody waits for {@link #prepare()} or {@link #onListening()} any more: a stop came,
   * or the start's timeout passed. A subclass ends here whatever they wait for.
   *
   * @throws Exception is logged
   */
  protected void onPrepareAbandoned() throws Exception {}

  /**
   * Hears that a stop is coming, when the server has begun to tell its clients to leave. Everything
   * is still served.
   *
   * @throws Exception fails this component's stop, which goes on
   */
  protected void onTurningAway() throws Exception {}

  /**
   * Gives back what {@link #prepare()} acquired. The last request has been answered, unless it was
   * cut, and the server is closed. Called once if {@code prepare} succeeded, also after a start
   * that failed later.
   *
   * @return completes when all is given back
   * @throws Exception fails this component's stop
   */
  protected Future<?> cleanUp() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Adds to the server what Vert.x offers beyond routes: {@code invalidRequestHandler}, {@code
   * exceptionHandler}, {@code connectionHandler}, WebSocket handlers. Called on the verticle's
   * context, once per instance, before the server listens. This library has handlers of its own
   * below these, and none of them is replaced.
   *
   * <p>Requests that are no HTTP or could be taken for another one are handed to the {@code
   * invalidRequestHandler}, by default one that answers 400, 414 or 431; the connection closes
   * after any answer.
   *
   * @param server the server; it is this library's to set its request handler, to listen and to
   *     close, and those methods throw {@link UnsupportedOperationException}
   * @throws Exception fails the start
   */
  protected void configureServer(HttpServer server) throws Exception {}

  /**
   * Reads the subclass's own keys of the section, after the server's.
   *
   * @param section this component's part of the configuration
   */
  protected void configureMore(Section section) {}

  /**
   * Vert.x's own options of the server: compression, HTTP/2 settings, WebSockets, and of TLS all
   * but key and certificate: versions, ciphers, client authentication, trust, CRLs. They stay when
   * a certificate is reloaded. Called before the start; what the section says is added afterwards,
   * and the start fails if both say the same thing differently: host, port, key and certificate,
   * the length of a request line or of headers.
   *
   * @return fresh options
   */
  protected HttpServerOptions serverOptions() {
    return new HttpServerOptions();
  }

  // ── for routes to call ─────────────────────────────────────────────────────────────────────────

  /**
   * Makes a request a WebSocket, which is work in flight until it closes. When the server drains,
   * the client is told 1001, going away (RFC 6455 §7.4.1), and its answer is awaited as long as
   * Vert.x waits for any ({@code webSocketClosingTimeout}), at most until the drain deadline.
   *
   * @param context the request, its body not read
   * @param lastMessages sends them when the server drains; 1001 follows when its future has
   *     completed
   * @return the WebSocket
   */
  protected final Future<ServerWebSocket> webSocket(
      RoutingContext context, Function<ServerWebSocket, Future<?>> lastMessages) {
    return WebSockets.accept(context, vertx.getOrCreateContext(), drainHooks, lastMessages);
  }

  /**
   * Makes an answer a stream of server-sent events, which ends cleanly when the server drains.
   *
   * @param context the request
   * @return the stream; its head is sent
   */
  protected final EventStream events(RoutingContext context) {
    EventStream stream = new EventStream(context).begin();
    onGoingAway(context, stream::goingAway);
    return stream;
  }

  /**
   * Ends an answer that would go on for ever, when the server drains. To be called for each such
   * answer; it is work in flight, and the drain waits for its end.
   *
   * @param context the request
   * @param end ends the answer; called on this very context, at once if the server drains already,
   *     never after the answer's end
   */
  protected final void onGoingAway(RoutingContext context, Runnable end) {
    Runnable takeBack = drainHooks.add(vertx.getOrCreateContext(), end);
    context.addEndHandler(ended -> takeBack.run());
  }

  /**
   * Logs why a request failed, so that an outage does not flood the log: one line when something
   * new goes wrong, then counts, see {@link FailureLog}. A client that has gone, and what the
   * client did wrong (a status below 500), is told at DEBUG. The server does this for failures that
   * no failure handler takes; one of the subclass's own should call it.
   *
   * @param context the request, which has failed
   */
  protected final void logFailure(RoutingContext context) {
    Throwable problem = context.failure();
    FailureLog to = failures;
    if (problem == null || to == null) {
      return;
    }
    boolean theirs =
        context.response().closed()
            || problem instanceof HttpClosedException
            || problem instanceof StreamResetException
            || (context.statusCode() >= 400 && context.statusCode() < 500);
    to.failed(
        theirs ? Level.DEBUG : Level.ERROR,
        context.request().method() + " " + context.normalizedPath(),
        problem);
  }

  /**
   * The port that the server listens on.
   *
   * @return the port, 0 before the start and on a Unix domain socket
   */
  protected final int port() {
    return main == null ? 0 : main.server().actualPort();
  }

  /**
   * The port on which plain HTTP is redirected.
   *
   * @return the port, 0 if there is none
   */
  protected final int redirectPort() {
    return redirect == null ? 0 : redirect.server().actualPort();
  }

  // ── start ──────────────────────────────────────────────────────────────────────────────────────

  /** Reads the server's keys; a subclass fills in {@link #configureMore} for its own. */
  @Override
  protected final void configure(Section section) {
    use(HttpOptions.of(section));
    configureMore(section);
  }

  void use(HttpOptions chosen) {
    options = chosen;
  }

  /** Starts the server: {@link #prepare()}, {@link #routes}, {@link #onListening()}. */
  @Override
  protected final Future<?> onStart() {
    return step("prepare", this::prepare)
        .compose(
            prepared ->
                step("routes", this::serve)
                    .compose(listening -> step("onListening", this::onListening))
                    .recover(this::closeAll));
  }

  private Future<?> serve() throws Exception {
    Router router = Router.router(vertx);
    failures = new FailureLog(log, name(), SystemClock.instance());
    for (int status : LOGGED) {
      router.errorHandler(status, this::logFailure);
    }
    routes(router);
    names.of(router);
    TlsOptions tls = options.tls();
    if (tls == null) {
      return listen(makeMain(router));
    }
    AcmeOptions acme = tls.acme();
    return acme == null
        ? serveTls(tls, router).compose(v -> redirectTo(tls))
        : obtain(tls, acme)
            .compose(v -> step("server", () -> serveTls(tls, router)))
            .onSuccess(v -> whenRenewed());
  }

  private HttpEndpoint makeMain(Router router) throws Exception {
    HttpEndpoint made =
        endpoint(options.address(), options.applyTo(serverOptions(), name()), admitted(router));
    main = made;
    configureServer(made.configurable());
    return made;
  }

  private Future<?> serveTls(TlsOptions tls, Router router) throws Exception {
    HttpEndpoint made = makeMain(router);
    return readTls(tls, made).compose(read -> listen(made)).onSuccess(listening -> watch(made));
  }

  private HttpEndpoint endpoint(
      ListenAddress address, HttpServerOptions server, Handler<HttpServerRequest> handler) {
    String sharing = context.deploymentID() + "/" + endpoints.size();
    HttpEndpoint endpoint =
        new HttpEndpoint(
            vertx, sharing, address, options, server, work(), names, handler, this::answerLate);
    endpoints.add(endpoint);
    return endpoint;
  }

  private FailureLog failures() {
    return Objects.requireNonNull(failures, "failures");
  }

  private Future<?> readTls(TlsOptions tls, HttpEndpoint main) {
    return TlsFiles.open(vertx, name(), failures(), tls, main.server(), main.options())
        .onSuccess(files -> tlsFiles = files)
        .recover(
            problem ->
                Future.failedFuture(
                    new IOException(
                        "cannot use %s: %s; see %s.tls"
                            .formatted(tls.files(), problem.getMessage(), name()),
                        problem)));
  }

  private Future<HttpServer> listen(HttpEndpoint endpoint) {
    return endpoint
        .listen()
        .onSuccess(server -> listening(endpoint))
        .recover(
            problem -> Future.failedFuture(explained(endpoint, Transports.bindProblem(problem))));
  }

  private void watch(HttpEndpoint made) {
    TlsFiles files = tlsFiles;
    if (files != null && made.isOwner()) {
      files.watch();
    }
  }

  private Future<?> redirectTo(TlsOptions tls) {
    Integer redirectPort = tls.redirectPort();
    if (redirectPort == null) {
      return Future.succeededFuture();
    }
    HttpServerOptions plain = new HttpServerOptions();
    options.limits().applyTo(plain);
    Handler<HttpServerRequest> there = new HttpsRedirect(this::port);
    AcmeCertificate acme = certificate;
    HttpEndpoint made =
        endpoint(
            options.address().withPort(redirectPort),
            plain,
            admitted(acme == null ? there : new AcmeChallenges(vertx, acme, failures(), there)));
    redirect = made;
    return listen(made);
  }

  /** Waits for a certificate; the listener that redirects answers the challenges. */
  private Future<?> obtain(TlsOptions tls, AcmeOptions acme) {
    AcmeCertificate joined =
        AcmeCertificate.join(vertx, context.deploymentID(), name(), acme, work());
    certificate = joined;
    return redirectTo(tls).compose(v -> here(joined.obtain(this::startHeldUpBy)));
  }

  private void whenRenewed() {
    AcmeCertificate acme = certificate;
    if (acme != null && acme.isOf(work())) {
      acme.whenRenewed(this::reloadTlsIfChanged);
      reloadTlsIfChanged(); // one that was due may have been replaced while the server started
      health("certificate", acme::check);
    }
  }

  /** After a start that failed: Vert.x's own close hooks know nothing of what is shared. */
  private <T> Future<T> closeAll(Throwable problem) {
    return close().transform(closed -> Future.failedFuture(problem));
  }

  /** Continues on this verticle's context, whichever context completed the future. */
  private <T> Future<T> here(Future<T> elsewhere) {
    Promise<T> promise = Promise.promise();
    elsewhere.onComplete(answer -> context.runOnContext(v -> promise.handle(answer)));
    return promise.future();
  }

  /** Looks at the files of key and certificate now. */
  final Future<Boolean> reloadTlsIfChanged() {
    TlsFiles files = tlsFiles;
    return files == null ? Future.succeededFuture(false) : files.reloadIfChanged();
  }

  private Throwable explained(HttpEndpoint endpoint, Throwable problem) {
    if (problem instanceof BindException) {
      return new IOException(
          "cannot listen on %s: %s; stop what listens there or set %s.%s"
              .formatted(
                  endpoint,
                  problem.getMessage(),
                  name(),
                  options.address().path() == null ? "port" : "path"),
          problem);
    }
    return new IOException(
        "cannot listen on %s: %s; see %s.host"
            .formatted(
                endpoint,
                problem instanceof SocketException ? problem.getMessage() : problem,
                name()),
        problem);
  }

  // ── requests ───────────────────────────────────────────────────────────────────────────────────

  private Handler<HttpServerRequest> admitted(Handler<HttpServerRequest> handler) {
    HttpLimits limits = options.limits();
    return request -> {
      if (!OpenConnections.gateOf(request).handed(request)) {
        new ErrorResponse(503).answer(request);
      } else if (!SockJsSends.admits(vertx, request)) {
        new ErrorResponse(404).answer(request);
      } else if (limits.forbidsBody(lengthOf(request))) {
        new ErrorResponse(413).answer(request);
      } else {
        handler.handle(request);
      }
    };
  }

  /** The handler may still answer; it is told that the head has been written then. */
  private void answerLate(HttpServerRequest request) {
    FailureLog to = failures;
    if (to != null) {
      to.failed(
          Level.ERROR,
          request.method() + " " + request.path(),
          new TimeoutException(
              "no answer within %s; end what its handler waits for sooner, or raise %s.limits.requestTimeout"
                  .formatted(Durations.format(options.limits().requestTimeout()), name())));
    }
    new ErrorResponse(503).answer(request);
  }

  private static long lengthOf(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 0; // the codec has judged it already, or will by the bytes that come
    }
  }

  // ── warm-up ──────────────────────────────────────────────────────────────────────────────────

  /** A server on the loopback address, which is its own client. */
  @Override
  protected final @Nullable LifecycleVerticle warmUp() {
    return new WarmUpServer();
  }

  /** The server listens. */
  void listening(HttpEndpoint endpoint) {
    log.info("{}: listening on {}", name(), endpoint);
  }

  // ── stop ───────────────────────────────────────────────────────────────────────────────────────

  /** Turns clients away; a subclass fills in {@link #onTurningAway}. */
  @Override
  protected final void onAnnounce() throws Exception {
    endpoints.forEach(HttpEndpoint::turnAway);
    onTurningAway();
  }

  /**
   * Ends what an ACME order under way waits for; a subclass fills in {@link #onPrepareAbandoned}.
   */
  @Override
  protected final void onStartAbandoned() throws Exception {
    AcmeCertificate acme = certificate;
    if (acme != null) {
      acme.abandon();
    }
    onPrepareAbandoned();
  }

  /**
   * Stops listening and waits for the connections to go. The listener that redirects stays for as
   * long as challenges may come. For what a subclass ends then there are {@link #onGoingAway},
   * {@link #webSocket} and {@link #events}.
   */
  @Override
  protected final Future<?> onDrain() {
    drainHooks.runAll();
    Future<?> renewed = certificate == null ? Future.succeededFuture() : here(certificate.stop());
    Future.join(
            endpoints.stream()
                .map(one -> one == redirect ? renewed.compose(v -> one.drain()) : one.drain())
                .toList())
        .onSuccess(gone -> drained.tryComplete())
        .onFailure(drained::tryFail);
    return drained.future();
  }

  /** Closes the connections that are left; nobody waits for them any more. */
  @Override
  protected final void onDrainAbandoned() {
    drained.tryComplete();
  }

  /** What is lost when a drain is cut are requests, and those are tracked. */
  @Override
  protected final boolean drainsTrackedWorkOnly() {
    return true;
  }

  /** Closes the server; a subclass fills in {@link #cleanUp}. */
  @Override
  protected final Future<?> onStop() {
    return close();
  }

  private Future<?> close() {
    if (failures != null) {
      failures.flush();
    }
    List<Future<?>> closing = new ArrayList<>();
    if (certificate != null) {
      closing.add(certificate.abandon());
    }
    endpoints.forEach(one -> closing.add(one.close()));
    Future<?> closed = Future.join(closing);
    return closed.transform(ended -> Future.join(closed, step("cleanUp", this::cleanUp)));
  }
}
