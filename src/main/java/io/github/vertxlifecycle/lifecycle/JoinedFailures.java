package io.github.vertxlifecycle.lifecycle;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Failures of one stop as one: the first, with later ones suppressed. Each is told once, although
 * several steps may fail with the same exception, or with one that another has as its cause.
 */
final class JoinedFailures {

  private JoinedFailures() {}

  /**
   * Adds a failure to what has failed before.
   *
   * @param first what is known; null for nothing
   * @param another what failed now
   * @return the one that tells of both
   */
  static Throwable join(@Nullable Throwable first, Throwable another) {
    if (first == null) {
      return another;
    } else if (tells(first, another)) {
      return first;
    } else if (tells(another, first)) {
      return another;
    }
    first.addSuppressed(another);
    if (tells(first, another)) {
      return first;
    }
    // one without a stack often keeps no suppressed ones either
    StopFailedException both = new StopFailedException(ComponentLifecycle.message(first), first);
    both.addSuppressed(another);
    return both;
  }

  /** Whether a failure is another, or has it among its causes or what they suppress. */
  static boolean tells(@Nullable Throwable whole, Throwable part) {
    return whole != null && tells(whole, part, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static boolean tells(Throwable whole, Throwable part, Set<Throwable> seen) {
    if (whole == part) {
      return true;
    }
    if (!seen.add(whole)) {
      return false; // causes may go in a circle
    }
    Throwable cause = whole.getCause();
    if (cause != null && tells(cause, part, seen)) {
      return true;
    }
    for (Throwable one : whole.getSuppressed()) {
      if (tells(one, part, seen)) {
        return true;
      }
    }
    return false;
  }
}
