package io.github.vertxlifecycle.handover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the environment says of sockets that a supervisor has passed. Needs nothing of Netty's: it
 * is asked at every start.
 */
public final class PassedSockets {

  static final String FDS = "LISTEN_FDS";
  static final String PID = "LISTEN_PID";
  static final String NAMES = "LISTEN_FDNAMES";

  private static final int MOST = 1_024;
  private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");

  private PassedSockets() {}

  /**
   * Whether any socket is passed, as it seems.
   *
   * @param environment that of this process
   * @return false if there is nothing to look at
   */
  public static boolean areThere(Map<String, String> environment) {
    return environment.containsKey(FDS) || isStandardInputOne();
  }

  static boolean isStandardInputOne() {
    try {
      return Files.isSymbolicLink(STANDARD_INPUT)
          && Files.readSymbolicLink(STANDARD_INPUT).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }

  /** How many are passed to this very process, after standard input. */
  static int count(Map<String, String> environment, long pid, Consumer<String> warn) {
    String fds = environment.get(FDS);
    if (fds == null || fds.isEmpty()) {
      return 0;
    }
    String meant = environment.get(PID);
    try {
      if (meant != null && Long.parseLong(meant.strip()) != pid) {
        warn.accept(
            "LISTEN_FDS is meant for process %s, and this is %s: the sockets are not used. A shell in between should exec java"
                .formatted(meant, pid));
        return 0;
      }
      int count = Integer.parseInt(fds.strip());
      if (count < 0 || count > MOST) {
        throw new NumberFormatException();
      }
      return count;
    } catch (NumberFormatException e) {
      warn.accept("LISTEN_FDS=%s, LISTEN_PID=%s: no such numbers; not used".formatted(fds, meant));
      return 0;
    }
  }
}
