package io.github.vertxlifecycle.launcher;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The stacks that keep the threads of Vert.x busy. */
final class BlockedThreads {

  private BlockedThreads() {}

  /** The stacks of all threads of Vert.x that are not just waiting for something to do. */
  static String text() {
    String text = stacks();
    return text.isEmpty() ? "no thread of Vert.x\n" : "\n" + text;
  }

  /**
   * The threads of Vert.x that called {@code System.exit}, and wait for its end.
   *
   * @param virtual those that the JVM does not list
   */
  static List<Thread> inExit(List<Thread> virtual) {
    return Stream.concat(
            Thread.getAllStackTraces().entrySet().stream()
                .filter(one -> isOfVertx(one.getKey()) && isInExit(one.getValue()))
                .map(Map.Entry::getKey),
            virtual.stream().filter(one -> isInExit(one.getStackTrace())))
        .toList();
  }

  private static boolean isInExit(StackTraceElement[] stack) {
    return Stream.of(stack).anyMatch(frame -> frame.getClassName().equals("java.lang.Shutdown"));
  }

  private static String stacks() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(one -> isOfVertx(one.getKey()) && !isIdle(one.getValue()))
        .map(BlockedThreads::text)
        .sorted()
        .collect(Collectors.joining());
  }

  /** Event loops, workers, and the workers of named pools, whose threads are of the same class. */
  private static boolean isOfVertx(Thread thread) {
    return thread.getName().startsWith("vert.x-")
        || thread.getClass().getName().endsWith(".VertxThread");
  }

  /** In a selector or at the queue of a thread pool. */
  private static boolean isIdle(StackTraceElement[] stack) {
    return stack.length == 0
        || Stream.of(stack)
            .limit(8)
            .map(StackTraceElement::getMethodName)
            .anyMatch(
                name -> name.equals("getTask") || name.equals("select") || name.contains("Wait0"));
  }

  private static String text(Map.Entry<Thread, StackTraceElement[]> one) {
    return Stream.of(one.getValue())
        .map(frame -> "    at " + frame + "\n")
        .collect(
            Collectors.joining(
                "", "%s is %s\n".formatted(one.getKey().getName(), one.getKey().getState()), ""));
  }
}
