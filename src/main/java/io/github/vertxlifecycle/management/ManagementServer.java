package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.handover.ListeningSockets;
import io.github.vertxlifecycle.handover.OpenSocket;
import io.github.vertxlifecycle.handover.SocketName;
import io.github.vertxlifecycle.vertx.HttpServers;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP server: who answers which path, and the headers that every answer bears. */
final class ManagementServer {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

  private static final long LAST_ANSWERS_MS = 500;

  private final ManagementOptions options;
  private final Probes probes;
  private final Metrics metrics;
  private final LifecycleJson json;
  private final EventSubscribers subscribers;
  private final PageFiles page = new PageFiles();
  private final ListeningSockets sockets;
  private final Set<HttpConnection> asking = ConcurrentHashMap.newKeySet(); // but for subscribers
  private volatile @Nullable HttpServer server;

  ManagementServer(
      ManagementOptions options,
      Probes probes,
      Metrics metrics,
      LifecycleJson json,
      EventSubscribers subscribers,
      ListeningSockets sockets) {
    this.options = options;
    this.probes = probes;
    this.metrics = metrics;
    this.json = json;
    this.subscribers = subscribers;
    this.sockets = sockets;
  }

  /** Listens; tells the port. */
  Future<Integer> listen(Vertx vertx) {
    if (!sockets.offersAny()) {
      return listen(vertx, null);
    }
    return vertx
        .executeBlocking(() -> SocketName.resolved(options.host(), options.port()))
        .compose(name -> listen(vertx, name));
  }

  private Future<Integer> listen(Vertx vertx, @Nullable SocketName wanted) {
    HttpServer made =
        HttpServers.create(
                vertx,
                new HttpServerOptions()
                    .setHost(options.host())
                    .setPort(options.port())
                    .setIdleTimeout(60)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setCompressionSupported(true),
                channel -> {
                  OpenSocket opened = sockets.open(channel, wanted, null);
                  opened.onHandover(this::handedOver);
                  return opened.channel();
                })
            .connectionHandler(
                connection -> {
                  asking.add(connection);
                  connection.closeHandler(gone -> asking.remove(connection));
                })
            .requestHandler(this::answer);
    server = made;
    return made.listen().map(HttpServer::actualPort);
  }

  /** Whoever asks for the service's health is to ask the process that serves. */
  private void handedOver() {
    asking.forEach(one -> one.shutdown(LAST_ANSWERS_MS, TimeUnit.MILLISECONDS));
  }

  /** Stops listening, and waits that long for answers that are under way. */
  Future<?> shutdown(long atMostMillis) {
    HttpServer current = server;
    return current == null
        ? Future.succeededFuture()
        : current.shutdown(atMostMillis, TimeUnit.MILLISECONDS);
  }

  private void answer(HttpServerRequest request) {
    MultiMap headers = request.response().headers();
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
    if (isFromElsewhere(request)) {
      text(request.response().setStatusCode(421), "This is a loopback address only.\n");
    } else if (!READING.contains(request.method())) {
      headers.set(HttpHeaders.ALLOW, "GET, HEAD");
      text(request.response().setStatusCode(405), "This endpoint is read-only.\n");
    } else {
      route(request);
    }
  }

  /** A page of some other site, by a name that it has pointed at this machine. */
  private boolean isFromElsewhere(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    return LOOPBACK.contains(options.host())
        && authority != null
        && !LOOPBACK.contains(authority.host());
  }

  private void route(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    String path = String.valueOf(request.path());
    switch (path) {
      case "/livez" -> probe(response, probes.live());
      case "/readyz" -> probes.ready().onSuccess(answer -> probe(response, answer));
      case "/startupz" -> probe(response, probes.startup());
      case "/metrics" -> {
        response.putHeader(HttpHeaders.CONTENT_TYPE, Metrics.CONTENT_TYPE);
        response.end(metrics.scrape());
      }
      case "/lifecycle" -> json(response, json.now());
      case "/lifecycle/events" -> {
        asking.remove(request.connection());
        subscribers.add(request);
      }
      default -> page.answer(request, path);
    }
  }

  private static void probe(HttpServerResponse response, Probes.ProbeAnswer answer) {
    json(response.setStatusCode(answer.isYes() ? 200 : 503), answer.json());
  }

  private static void json(HttpServerResponse response, JsonObject body) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(body.toBuffer());
  }

  static void text(HttpServerResponse response, String body) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8").end(body);
  }
}
