package io.github.vertxlifecycle.handover;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts this process's command once more: the same executable, or the one that has taken its
 * place, the same arguments, directory and environment, but for what the environment said of this
 * process alone.
 *
 * <p>Under systemd it is started by {@code setsid --fork}, so that it is a child of systemd's: only
 * then does systemd notice its end.
 */
final class SuccessorCommand {

  private static final Path EXECUTABLE = Path.of("/proc/self/exe");
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final String NOTIFY_SOCKET = "NOTIFY_SOCKET";

  /** Of this process alone. */
  private static final List<String> OURS =
      List.of(PassedSockets.FDS, PassedSockets.PID, PassedSockets.NAMES, "WATCHDOG_PID");

  private SuccessorCommand() {}

  /**
   * Starts it.
   *
   * @param environment that of this process
   * @return the process, or that of {@code setsid}, which ends at once
   * @throws IOException if it cannot be started
   */
  static Process start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                command(environment.containsKey(NOTIFY_SOCKET), Files.readString(COMMAND_LINE)))
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeAll(OURS);
    return builder.start();
  }

  static List<String> command(boolean supervised, String commandLine) throws IOException {
    List<String> words = new ArrayList<>(List.of(commandLine.split("\0", -1)));
    words.remove(words.size() - 1); // after the last zero
    Path executable = Files.readSymbolicLink(EXECUTABLE);
    if (Files.isExecutable(executable)) {
      words.set(0, executable.toString());
    } // else it has been replaced by a newer one, under the name that it was called by
    if (supervised) {
      words.addAll(0, List.of("setsid", "--fork"));
    }
    return words;
  }
}
