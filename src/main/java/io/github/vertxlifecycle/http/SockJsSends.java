package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.SockJsSession;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The requests by which the client of one SockJS session sends its messages. One that is answered
 * well has been accepted; so a session that ends takes none any more first. Thread-safe.
 */
final class SockJsSends {

  private static final Map<Object, SockJsSends> ALL =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final List<HttpServerRequest> underWay = new ArrayList<>(); // under this
  private boolean refusing; // under this

  static SockJsSends of(SockJsSession session) {
    return ALL.computeIfAbsent(session.socket(), s -> new SockJsSends());
  }

  /** Whether a request is none of these, or one of a session that still takes them. */
  static boolean admits(Vertx vertx, HttpServerRequest request) {
    String path = request.path();
    if (path == null || !(path.endsWith("/xhr_send") || path.endsWith("/jsonp_send"))) {
      return true;
    }
    int end = path.lastIndexOf('/');
    SockJsSession session =
        SockJsSession.of(vertx, path.substring(path.lastIndexOf('/', end - 1) + 1, end));
    return session == null || of(session).admit(request);
  }

  private synchronized boolean admit(HttpServerRequest request) {
    if (!refusing) {
      areOver();
      underWay.add(request);
    }
    return !refusing;
  }

  /** Takes none any more. */
  synchronized void refuse() {
    refusing = true;
  }

  /** Whether all that were taken have been answered. */
  synchronized boolean areOver() {
    underWay.removeIf(one -> one.response().ended() || one.response().closed());
    return underWay.isEmpty();
  }
}
