package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.acme.AcmeCertificate;
import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.slf4j.event.Level;

/**
 * Answers the challenges of an ACME authority (HTTP-01, RFC 8555 §8.3).
 *
 * @param certificate knows the answers
 * @param failures takes what goes wrong with the storage
 * @param others takes every other request
 */
record AcmeChallenges(
    Vertx vertx,
    AcmeCertificate certificate,
    FailureLog failures,
    Handler<HttpServerRequest> others)
    implements Handler<HttpServerRequest> {

  private static final String PATH = "/.well-known/acme-challenge/";

  @Override
  public void handle(HttpServerRequest request) {
    String path = request.path();
    if (path == null || !path.startsWith(PATH) || !isRead(request.method())) {
      others.handle(request);
      return;
    }
    String token = path.substring(PATH.length());
    vertx
        .executeBlocking(() -> Optional.ofNullable(certificate.answer(token)), false)
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    answer -> end(request, 200, answer), () -> end(request, 404, "")))
        .onFailure(
            problem -> {
              failures.failed(Level.ERROR, "looking up an ACME challenge", problem);
              new ErrorResponse(500).answer(request);
            });
  }

  private static boolean isRead(HttpMethod method) {
    return HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method);
  }

  private static void end(HttpServerRequest request, int status, String answer) {
    if (!request.response().closed()) {
      request
          .response()
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
          .end(answer);
    }
  }
}
