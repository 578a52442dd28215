package io.github.vertxlifecycle.devservices;

import java.io.File;
import java.io.IOException;
import java.util.List;

/**
 * Starts a command in a session and a process group of its own, where no terminal's Ctrl+C reaches
 * it. Linux has a program for that, macOS has Perl.
 */
public final class OwnSession {

  private OwnSession() {}

  /**
   * The words to put before a command, whose program then has the number of the process that was
   * started.
   *
   * @return program and arguments
   * @throws IOException if there is no way here
   */
  public static List<String> prefix() throws IOException {
    if (isOnPath("setsid")) {
      return List.of("setsid");
    }
    if (isOnPath("perl")) {
      return List.of("perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV");
    }
    throw new IOException(
        "a process that must not outlive this one needs setsid or perl to start, neither is there");
  }

  private static boolean isOnPath(String program) {
    for (String directory :
        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && new File(directory, program).canExecute()) {
        return true;
      }
    }
    return false;
  }
}
