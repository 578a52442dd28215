package io.github.vertxlifecycle.devservices;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs PostgreSQL, which refuses to run as root, when this JVM does: in a user namespace of its
 * own, where the same user has another number; or, in a container that forbids those, as the user
 * {@code nobody}, who is given the directory. All methods block.
 */
final class Unprivileged {

  private static final String NOBODY = "65534";

  private Unprivileged() {}

  /**
   * The words to put before a command.
   *
   * @param writes the directory that the command must be able to write to
   */
  static List<String> prefix(Path writes) throws IOException, InterruptedException {
    if (!isRoot()) {
      return List.of();
    }
    if (works("unshare", "-U", "true")) {
      return List.of("unshare", "-U");
    }
    List<String> asNobody =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    List<String> attempt = new ArrayList<>(asNobody);
    attempt.add("true");
    if (works(attempt.toArray(String[]::new))
        && works("chown", "-R", NOBODY + ":" + NOBODY, writes.toString())) {
      return asNobody;
    }
    throw new IOException(
        "PostgreSQL does not run as root, and neither unshare -U nor setpriv works here;"
            + " run as another user");
  }

  static boolean isRoot() {
    return System.getProperty("user.name", "").equals("root");
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    }
  }
}
