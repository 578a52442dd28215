package io.github.vertxlifecycle.event;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a log is given instead of a failure that fails when it is asked for its text, its stack or
 * its causes, as every logging library asks: a line that throws is lost, and whoever wrote it may
 * be, too. Its message is the text of the failure, as far as that answers.
 */
final class FailureStandIn extends Throwable {

  private static final long serialVersionUID = 1L;

  /** More causes than a failure has that does not make up a new one whenever it is asked. */
  private static final int MOST = 100;

  private FailureStandIn(Throwable failure, @Nullable Throwable cause) {
    super(FailureText.string(failure), cause, true, true);
    setStackTrace(stackOf(failure));
  }

  /** Itself if it can be logged. */
  static Throwable of(Throwable failure) {
    return isSound(failure, seen()) ? failure : standIn(failure, seen());
  }

  private static Set<Throwable> seen() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static Throwable standIn(Throwable failure, Set<Throwable> seen) {
    seen.add(failure);
    Throwable cause = FailureText.causeOrNull(failure);
    FailureStandIn made =
        new FailureStandIn(
            failure,
            cause == null || seen.contains(cause) || seen.size() >= MOST
                ? null
                : standIn(cause, seen));
    for (Throwable other : failure.getSuppressed()) {
      if (!seen.contains(other) && seen.size() < MOST) {
        made.addSuppressed(standIn(other, seen));
      }
    }
    return made;
  }

  private static boolean isSound(Throwable failure, Set<Throwable> seen) {
    if (!seen.add(failure)) {
      return true;
    }
    try {
      String asked = failure.getMessage() + failure.getLocalizedMessage() + failure;
      Throwable cause = failure.getCause();
      if (seen.size() > MOST || asked.isEmpty() || hasNull(failure.getStackTrace())) {
        return false;
      }
      for (Throwable other : failure.getSuppressed()) {
        if (!isSound(other, seen)) {
          return false;
        }
      }
      return cause == null || isSound(cause, seen);
    } catch (RuntimeException | Error e) {
      return false;
    }
  }

  private static boolean hasNull(StackTraceElement @Nullable [] stack) {
    if (stack == null) {
      return true;
    }
    for (StackTraceElement frame : stack) {
      if (frame == null) {
        return true;
      }
    }
    return false;
  }

  private static StackTraceElement[] stackOf(Throwable failure) {
    StackTraceElement[] stack = FailureText.stackOf(failure);
    return hasNull(stack) ? new StackTraceElement[0] : stack;
  }
}
