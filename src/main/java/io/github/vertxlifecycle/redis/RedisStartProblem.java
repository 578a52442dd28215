package io.github.vertxlifecycle.redis;

import io.vertx.core.VertxException;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Says what a failed try to reach Redis means: whether to try again, and what to fix. */
final class RedisStartProblem {

  private static final List<String> PASSES =
      List.of(
          "LOADING",
          "BUSY",
          "MASTERDOWN",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "CONNECTION_CLOSED",
          "ERR max number of clients");

  /**
   * Looked for anywhere in a message, because a cluster's client gathers the messages of its
   * servers in one.
   */
  private static final List<String> ACCESS =
      List.of("NOAUTH", "WRONGPASS", "NOPERM", "invalid password", "without any password");

  private RedisStartProblem() {}

  /**
   * Whether the problem may pass by itself: no server listens yet, the name is not known yet, the
   * server loads its data or has too many clients. A wrong password will not.
   */
  static boolean mayPass(Throwable problem) {
    if (isAccess(problem) || problem instanceof SSLException) {
      return false;
    }
    if (problem instanceof Response) {
      return PASSES.stream().anyMatch(message(problem)::startsWith);
    }
    return !(problem instanceof RuntimeException) || problem instanceof VertxException;
  }

  private static boolean isAccess(Throwable problem) {
    return ACCESS.stream().anyMatch(message(problem)::contains);
  }

  /** Adds the place and the fix to a problem. */
  static Throwable explained(Throwable problem, RedisOptions login, String component) {
    String fix;
    if (mayPass(problem)) {
      fix = "see whether it runs there";
    } else if (!isAccess(problem)) {
      fix = "check %1$s.uri and %1$s.mode";
    } else if (login.getPassword() == null) {
      fix = "it asks for a password, set %1$s.password";
    } else {
      fix = "check %1$s.user and %1$s.password";
    }
    return new VertxException(
        "cannot connect to Redis at %s: %s; %s"
            .formatted(where(login), message(problem), fix.formatted(component)),
        problem,
        true);
  }

  /** The place without any secret: {@code redis://localhost:6379}. */
  static String where(RedisOptions login) {
    return String.join(", ", login.getEndpoints());
  }

  private static String message(Throwable problem) {
    return Stream.of(String.valueOf(problem.getMessage()))
        .filter(message -> !message.equals("null"))
        .findFirst()
        .orElse(problem.toString());
  }
}
