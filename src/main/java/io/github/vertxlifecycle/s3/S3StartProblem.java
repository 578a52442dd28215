package io.github.vertxlifecycle.s3;

import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Says what a failed try to reach the bucket means: whether to try again, and what to fix. */
final class S3StartProblem {

  private final String component;
  private final String bucket;
  private final @Nullable URI endpoint;

  /**
   * Makes one for a bucket.
   *
   * @param component the component whose section is to be fixed
   * @param bucket its name
   * @param endpoint where, null for Amazon
   */
  S3StartProblem(String component, String bucket, @Nullable URI endpoint) {
    this.component = component;
    this.bucket = bucket;
    this.endpoint = endpoint;
  }

  /**
   * Whether the problem may pass by itself: no server listens yet, the name is not known yet, the
   * server is too busy. Wrong keys will not.
   */
  static boolean mayPass(Throwable problem) {
    if (unwrapped(problem) instanceof S3Exception answer) {
      return answer.statusCode() >= 500 || answer.statusCode() == 429;
    }
    Throwable root = root(problem);
    return (root instanceof IOException && !(root instanceof SSLException))
        || root instanceof TimeoutException
        || root instanceof HttpClosedException // it has said nothing for idleTimeout, or ended
        || root instanceof java.nio.channels.UnresolvedAddressException;
  }

  /** The place without any secret: {@code links at http://localhost:9000}. */
  String where() {
    return bucket + " at " + (endpoint == null ? "Amazon S3" : endpoint);
  }

  /** Adds the place and the fix to a problem. */
  Throwable explained(Throwable problem) {
    return new VertxException(
        "cannot reach bucket %s: %s; %s"
            .formatted(where(), message(problem), fix(problem).formatted(component)),
        problem,
        true);
  }

  private static String fix(Throwable problem) {
    if (mayPass(problem)) {
      return "see whether the server runs there";
    }
    if (unwrapped(problem) instanceof S3Exception answer) {
      return switch (answer.statusCode()) {
        case 404 -> "create it or name another one in %s.bucket";
        case 401, 403 -> "check %1$s.accessKey and %1$s.secretKey, and what they may do there";
        case 301, 307, 400 ->
            "check %s.region"
                + answer
                    .awsErrorDetails()
                    .sdkHttpResponse()
                    .firstMatchingHeader("x-amz-bucket-region")
                    .map(region -> ", the bucket is in " + region)
                    .orElse(", the clock of this machine, and the endpoint");
        default -> "check %s.endpoint";
      };
    }
    if (root(problem) instanceof SSLException) {
      return "check %1$s.endpoint and %1$s.sslRootCert";
    }
    return String.valueOf(problem.getMessage()).contains("credentials")
        ? "set %1$s.accessKey and %1$s.secretKey"
        : "check %s.endpoint";
  }

  private static String message(Throwable problem) {
    Throwable first = unwrapped(problem);
    if (first instanceof S3Exception answer) {
      return "HTTP status " + answer.statusCode();
    }
    if (first instanceof SdkClientException) {
      Throwable root = root(first);
      String message = root.getMessage();
      return message == null || message.isBlank() ? root.toString() : message;
    }
    return String.valueOf(first.getMessage());
  }

  static Throwable unwrapped(Throwable problem) {
    return problem instanceof CompletionException && problem.getCause() != null
        ? problem.getCause()
        : problem;
  }

  private static Throwable root(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }
}
