package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.devservices.OwnSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Starts a command whose process, with all that this one starts, ends no later than this JVM, by
 * {@code kill -9} of this JVM, too.
 *
 * <p>A shell makes a process group of its own, starts a guard in it, and becomes the command: so
 * the command has the number of the process that was started, and its exit code. The guard reads
 * from a pipe whose other end this JVM holds; the pipe ends when this JVM dies, and then the guard
 * kills the group, itself included. The JDK lets go of the pipe when the command ends, too; what
 * that has started, a successor say, goes on until this JVM ends or the directory is gone. As long
 * as the guard is there, the system gives the number of the group to nobody else.
 *
 * <p>The command finds its signals as a process does that a person starts, not as those of a test
 * run in the background, which ignores SIGINT.
 */
final class GuardedCommand {

  private static final String SCRIPT =
      """
      jvm=$1 directory=$2
      shift 2
      exec 3<&0
      (
        trap '' HUP INT QUIT TERM
        {
          read -r end <&3
          while ! kill -0 "$$" && kill -0 "$jvm" && [ -e "$directory" ]; do sleep 1; done
          kill -s KILL "$$"
          rm -rf -- "$directory"
          kill -s KILL 0
        } </dev/null >/dev/null 2>&1 &
      )
      exec "$@" 3<&- </dev/null
      """;

  private GuardedCommand() {}

  /**
   * Makes the builder of the process.
   *
   * @param directory is deleted if this JVM dies before the command; the guard is not needed any
   *     more once it is gone
   * @param command program and arguments
   * @throws IOException if there is no way to start it here
   */
  static ProcessBuilder of(Path directory, List<String> command) throws IOException {
    List<String> words = new ArrayList<>(OwnSession.prefix());
    words.addAll(List.of("/bin/sh", "-c", SCRIPT, "guarded"));
    words.add(Long.toString(ProcessHandle.current().pid()));
    words.add(directory.toString());
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")) {
      words.addAll(List.of("env", "--default-signal"));
    }
    words.addAll(command);
    return new ProcessBuilder(words);
  }

  /** Ends the command and all that it has started, at once. */
  static void kill(Process process) throws IOException, InterruptedException {
    signal("KILL", List.of("-" + process.pid()));
    process.waitFor();
  }

  /**
   * Sends a signal.
   *
   * @param signal its name without SIG
   * @param targets the numbers of processes, or those of groups with a minus
   */
  static void signal(String signal, List<String> targets) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-s", signal, "--"));
    command.addAll(targets);
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
