package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.event.FailureText;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text for strangers' eyes: what may be a secret is starred out. */
final class Redacted {

  private static final Pattern IN_ADDRESS = Pattern.compile("(://[^/\\s:@]*):[^/\\s@]*@");
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)((?:password|passwd|pwd|secret|token|credential|api[-_]?key)\\w*\\s*[=:]\\s*)[^\\s,;&]+");

  private Redacted() {}

  static String text(String text) {
    String one = IN_ADDRESS.matcher(text).replaceAll("$1:***@");
    return NAMED.matcher(one).replaceAll("$1***");
  }

  static String message(@Nullable Throwable problem) {
    if (problem == null) {
      return "";
    }
    String message = FailureText.messageOrNull(problem);
    return text(message == null || message.isBlank() ? FailureText.string(problem) : message);
  }
}
