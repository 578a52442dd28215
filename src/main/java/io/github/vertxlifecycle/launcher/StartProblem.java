package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.vertx.UnsupportedVertxException;
import io.github.vertxlifecycle.vertx.VertxVersion;

/** What went wrong before anything ran, in one line: for want of a plan there is no report. */
final class StartProblem {

  private StartProblem() {}

  /** The exception's class, its message, where it was thrown, and what it began with. */
  static String text(Throwable problem) {
    if (problem instanceof UnsupportedVertxException) {
      return String.valueOf(problem.getMessage());
    }
    if (problem instanceof LinkageError error) {
      UnsupportedVertxException unsupported = VertxVersion.explain(error);
      if (unsupported != null) {
        return String.valueOf(unsupported.getMessage());
      }
    }
    if (FailureText.missingLibrary(problem) != null) {
      return FailureText.withRoot(problem);
    }
    return FailureText.withRoot(problem) + at(problem);
  }

  /** The same as a sentence of its own, of nobody in particular. */
  static String sentence(Throwable problem) {
    String text = text(problem);
    return text.startsWith("it needs ") ? "The application" + text.substring(2) : text;
  }

  /** Where it is says more than a whole stack would. */
  private static String at(Throwable problem) {
    Throwable root = FailureText.root(problem);
    StackTraceElement[] stack = FailureText.stackOf(root);
    return stack.length == 0 ? "" : " (at " + stack[0] + ")";
  }
}
