package io.github.vertxlifecycle.vertx;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Vert.x that is on the class path, and the versions that the library runs on: from {@value
 * #LOWEST}, which it is compiled against, to the last release of {@value #HIGHEST_LINE}.
 */
public final class VertxVersion {

  /** The lowest supported version. */
  static final String LOWEST = "5.0.10";

  /** Each release of this line is supported, and none of a later line. */
  static final String HIGHEST_LINE = "5.1";

  private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?(?:\\D.*)?");

  private VertxVersion() {}

  /**
   * The version as Vert.x's own jar states it. Loads nothing internal.
   *
   * @return the version, or "of an unknown version"
   */
  public static String found() {
    try (InputStream file =
        Vertx.class.getClassLoader().getResourceAsStream("META-INF/vertx/vertx-version.txt")) {
      return file == null
          ? "of an unknown version"
          : new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "of an unknown version";
    }
  }

  /**
   * Checks that the library runs on the Vert.x that is here: that its version is supported, and
   * that it has the internal classes and methods which differ between the versions.
   *
   * @throws UnsupportedVertxException if it does not
   */
  public static void check() {
    String refusal = refusal(found());
    if (refusal != null) {
      throw new UnsupportedVertxException(refusal);
    }
    try {
      Deployments.link();
      HttpConnections.link();
      HttpServers.link();
      PendingReplies.link();
      Replies.link();
    } catch (LinkageError e) {
      throw missing(e);
    }
  }

  /**
   * Explains an error of loading or linking a class.
   *
   * @param error the error
   * @return the explanation, if what is missing is a class, method or field of Vert.x's own core;
   *     null if not
   */
  public static @Nullable UnsupportedVertxException explain(LinkageError error) {
    String what = String.valueOf(cause(error).getMessage());
    return what.replace('/', '.').contains("io.vertx.core.") ? missing(error) : null;
  }

  private static UnsupportedVertxException missing(LinkageError error) {
    Throwable cause = cause(error);
    if (cause instanceof UnsupportedVertxException known) {
      return known;
    }
    return new UnsupportedVertxException(
        sentence(found(), "which lacks " + String.valueOf(cause.getMessage()).replace('/', '.')));
  }

  private static Throwable cause(LinkageError error) {
    return error instanceof ExceptionInInitializerError && error.getCause() != null
        ? error.getCause()
        : error;
  }

  /** Why the library does not run on a version; null if it does. */
  static @Nullable String refusal(String version) {
    return isSupported(version) ? null : sentence(version, null);
  }

  private static String sentence(String version, @Nullable String problem) {
    return "vertx-lifecycle runs on Vert.x %s to %s.x, and this is Vert.x %s%s: import io.vertx:vertx-dependencies of a version in that range"
        .formatted(LOWEST, HIGHEST_LINE, version, problem == null ? "" : ", " + problem);
  }

  private static boolean isSupported(String version) {
    Matcher found = NUMBERS.matcher(version);
    return found.matches()
        && compare(found, LOWEST, 3) >= 0
        && compare(found, HIGHEST_LINE, 2) <= 0;
  }

  /**
   * Compares the first numbers; a snapshot or a milestone counts as the release that it precedes.
   */
  private static int compare(Matcher version, String limit, int numbers) {
    String[] limits = limit.split("\\.", -1);
    for (int i = 0; i < numbers; i++) {
      String number = version.group(i + 1);
      int order =
          Long.compare(number == null ? 0 : Long.parseLong(number), Long.parseLong(limits[i]));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
