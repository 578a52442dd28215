package io.github.vertxlifecycle.event;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Failures in words, for a log or a report: which exception it was, and what it says. */
public final class FailureText {

  private static final String OURS = "io.github.vertxlifecycle.";

  private static final Set<Class<?>> SIMPLE =
      Set.of(
          IllegalStateException.class, IllegalArgumentException.class, NullPointerException.class);

  private static final Pattern LINE_ENDS = Pattern.compile("\\s*[\r\n]+\\s*");

  /** One may make up a new cause whenever it is asked. */
  private static final int MOST_CAUSES = 1_000;

  private FailureText() {}

  /**
   * One failure without its causes. The class is said, too, because many messages are only a name
   * ({@code java.nio.file.NoSuchFileException: /etc/key.pem}); but for the toolkit's own exceptions
   * and those it throws itself, whose messages are whole sentences, and for Vert.x's of a failure
   * that was given as a text. A class that is missing is told as the artifact that has it, and of a
   * class that cannot be initialized what its initializer threw.
   *
   * @param failure what went wrong
   * @return class and message, or one of them
   */
  public static String of(Throwable failure) {
    return isOurSentence(failure)
        ? message(failure)
        : isOfAnInitializer(failure) ? withRoot(failure) : orLibrary(full(failure), failure);
  }

  /** What a class that is missing explains, the exceptions around it need not. */
  private static String orLibrary(String text, Throwable failure) {
    String needs = MissingLibrary.words(failure);
    if (needs == null || text.contains(needs)) {
      return text;
    }
    Throwable cause = causeOrNull(failure);
    return failure instanceof LinkageError
            || failure instanceof ClassNotFoundException
            || (cause != null && text.endsWith(string(cause)))
        ? "it " + needs
        : text + ": it " + needs;
  }

  private static boolean isOfAnInitializer(Throwable failure) {
    return failure instanceof ExceptionInInitializerError
        || (failure instanceof NoClassDefFoundError && !isMissingClass(failure));
  }

  /**
   * One failure and what it began with, in one line, with their classes even if they are simple
   * ones.
   *
   * @param failure what went wrong
   * @return the failure, and the last of its causes if that is not said there already
   */
  public static String withRoot(Throwable failure) {
    String text = full(failure);
    Throwable root = root(failure);
    String rootText = full(root);
    String both =
        MissingLibrary.words(failure) != null
            ? orLibrary(text, failure)
            : text.contains(rootText) ? text : text + "; caused by " + rootText;
    return LINE_ENDS.matcher(both).replaceAll(" ");
  }

  private static String full(Throwable failure) {
    return explainsItself(failure) ? message(failure) : string(failure);
  }

  private static String message(Throwable failure) {
    String message = messageOrNull(failure);
    return message == null || message.isBlank() ? string(failure) : message;
  }

  /**
   * A failure as its own {@code toString} has it, without the spaces around it.
   *
   * @param failure what went wrong
   * @return the text; if that fails in its turn, the class
   */
  public static String string(Throwable failure) {
    try {
      return String.valueOf(failure.toString()).strip();
    } catch (RuntimeException | Error e) {
      return failure.getClass().getName() + " (its text failed: " + e.getClass().getName() + ")";
    }
  }

  /**
   * What a failure says.
   *
   * @param failure what went wrong
   * @return its message; null, too, if asking for it fails
   */
  public static @Nullable String messageOrNull(Throwable failure) {
    try {
      return failure.getMessage();
    } catch (RuntimeException | Error e) {
      return null;
    }
  }

  /** Null, too, if asking for it fails. */
  static @Nullable Throwable causeOrNull(Throwable failure) {
    try {
      return failure.getCause();
    } catch (RuntimeException | Error e) {
      return null;
    }
  }

  /**
   * Where a failure was thrown.
   *
   * @param failure what went wrong
   * @return its stack; empty, too, if asking for it fails
   */
  public static StackTraceElement[] stackOf(Throwable failure) {
    try {
      StackTraceElement[] stack = failure.getStackTrace();
      return stack == null ? new StackTraceElement[0] : stack;
    } catch (RuntimeException | Error e) {
      return new StackTraceElement[0];
    }
  }

  /**
   * A failure to be given to a log, which asks for its text, its stack and its causes.
   *
   * @param failure what went wrong
   * @return the failure itself; if it would fail there, one that says what it can of it
   */
  public static Throwable forLog(Throwable failure) {
    return FailureStandIn.of(failure);
  }

  /**
   * Whether a library is missing, and not a class that is there but cannot be initialized.
   *
   * @param failure what went wrong
   * @return true for a class that was not found when another was linked
   */
  public static boolean isMissingClass(Throwable failure) {
    return failure instanceof NoClassDefFoundError
        && !String.valueOf(messageOrNull(failure)).startsWith("Could not initialize");
  }

  /**
   * What a failure lacks, if it is a class that is missing, directly or as the cause of others.
   *
   * @param failure what went wrong
   * @return words to follow a subject: {@code needs io.vertx:vertx-web, which is not on the class
   *     path …}; null if nothing is missing
   */
  public static @Nullable String missingLibrary(Throwable failure) {
    return MissingLibrary.words(failure);
  }

  /**
   * What application code threw that should not have.
   *
   * @param step which code: {@code its configure}
   * @param failure what it threw
   * @return the step and the failure, or the library that is missing, whichever code noticed it
   */
  public static String thrown(String step, Throwable failure) {
    String needs = MissingLibrary.words(failure);
    return needs == null ? step + " threw " + withRoot(failure) : "it " + needs;
  }

  /**
   * What a failure began with.
   *
   * @param failure what went wrong
   * @return the last of its causes; itself for want of one
   */
  public static Throwable root(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable root = failure;
    for (Throwable next = causeOrNull(root);
        next != null && seen.add(root) && seen.size() < MOST_CAUSES;
        next = causeOrNull(root)) {
      root = next;
    }
    return root;
  }

  private static boolean explainsItself(Throwable failure) {
    String type = failure.getClass().getName();
    return type.startsWith(OURS)
        ? type.endsWith("Exception")
        : type.equals("io.vertx.core.VertxException")
            || (type.startsWith("io.vertx.") && type.endsWith(".NoStackTraceThrowable"));
  }

  /** The toolkit says {@code IllegalStateException} and its like with a sentence of its own. */
  private static boolean isOurSentence(Throwable failure) {
    StackTraceElement[] stack = stackOf(failure);
    return SIMPLE.contains(failure.getClass())
        && stack.length > 0
        && stack[0].getClassName().startsWith(OURS);
  }
}
