package io.github.vertxlifecycle.postgres;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Says what a failed try to reach the database means: whether to try again, and what to fix. */
final class PostgresStartProblem {

  private PostgresStartProblem() {}

  /**
   * Whether the problem may pass by itself: no server listens yet, the name is not known yet, the
   * server starts or stops or has too many clients. A wrong password will not.
   */
  static boolean mayPass(Throwable problem) {
    if (problem instanceof PgException answer) {
      String state = String.valueOf(answer.getSqlState());
      return state.startsWith("57P") || state.startsWith("53") || state.startsWith("08");
    }
    return (problem instanceof IOException && !(problem instanceof SSLException))
        || problem instanceof TimeoutException
        || problem instanceof VertxException;
  }

  /** Adds the place, the user and the fix to a problem. */
  static Throwable explained(Throwable problem, PgConnectOptions login, String component) {
    return new VertxException(
        "cannot connect to PostgreSQL at %s: %s; %s"
            .formatted(where(login), message(problem), fix(problem, login).formatted(component)),
        problem,
        true);
  }

  private static String fix(Throwable problem, PgConnectOptions login) {
    if (mayPass(problem)) {
      return "see whether it runs there";
    }
    String state = problem instanceof PgException answer ? answer.getSqlState() : "";
    if (problem instanceof SSLException || message(problem).contains("SSL")) {
      return "check %s.sslMode";
    }
    if (login.getPassword().isEmpty()
        && (state.startsWith("28") || problem instanceof IllegalArgumentException)) {
      return "it asks for a password, set %s.password";
    }
    return switch (state) {
      case "28P01", "28000" -> "check %1$s.user and %1$s.password";
      case "3D000" -> "create that database or name another one in %1$s.database or %1$s.uri";
      default -> "check %s.uri";
    };
  }

  /** The place without any secret: {@code localhost:5432/app as user "app"}. */
  static String where(PgConnectOptions login) {
    return "%s:%s/%s as user \"%s\""
        .formatted(login.getHost(), login.getPort(), login.getDatabase(), login.getUser());
  }

  private static String message(Throwable problem) {
    if (problem instanceof PgException answer) {
      return answer.getErrorMessage() + " (" + answer.getSqlState() + ")";
    }
    String message = problem.getMessage();
    return message == null ? problem.toString() : message;
  }
}
