package io.github.vertxlifecycle.postgres;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What a failed try to reach the database means: whether to try again, and what to mend. */
final class StartProblem {

  private StartProblem() {}

  /**
   * Whether it may pass by itself: nobody listens yet, the name is not known yet, the server starts
   * or stops or has too many clients. A wrong password will not.
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

  /** Says where it was, as whom, and what to do. */
  static Throwable explained(Throwable problem, PgConnectOptions login, String component) {
    String state = problem instanceof PgException answer ? answer.getSqlState() : "";
    boolean asked = state.startsWith("28") || !(problem instanceof PgException);
    String mend;
    if (mayPass(problem)) {
      mend = "see whether it runs there";
    } else if (login.getPassword().isEmpty() && asked) {
      mend = "it may ask for a password, set %1$s.password";
    } else if (state.startsWith("28")) {
      mend = "check %1$s.user and %1$s.password";
    } else if (state.equals("3D000")) {
      mend = "create that database or name another one in %1$s.database or %1$s.uri";
    } else {
      mend = "check %1$s.uri";
    }
    return new VertxException(
        "cannot connect to PostgreSQL at %s: %s; %s"
            .formatted(where(login), message(problem), mend.formatted(component)),
        problem,
        true);
  }

  /** The place without any secret: {@code localhost:5432/app as user "app"}. */
  static String where(PgConnectOptions login) {
    return "%s:%d/%s as user \"%s\""
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
