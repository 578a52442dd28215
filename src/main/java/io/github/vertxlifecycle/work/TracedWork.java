package io.github.vertxlifecycle.work;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Work that remembers where it was admitted. A class of its own, so that work without a stack is no
 * bigger.
 */
final class TracedWork extends Work {

  private static final String OWN = TracedWork.class.getPackageName() + ".";

  private final Throwable stack = new Throwable("admitted here");

  TracedWork(@Nullable WorkTracker tracker, Object name, @Nullable Object peer, long since) {
    super(tracker, name, peer, since);
  }

  @Override
  List<StackTraceElement> origin() {
    return Stream.of(stack.getStackTrace())
        .dropWhile(frame -> frame.getClassName().startsWith(OWN))
        .toList();
  }
}
