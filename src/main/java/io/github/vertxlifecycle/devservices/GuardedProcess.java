package io.github.vertxlifecycle.devservices;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that lives no longer than this JVM and hears none of the JVM's signals.
 *
 * <p>A terminal's Ctrl+C goes to the whole foreground process group, so a server started the usual
 * way dies before its dependents are done. This one runs in a session of its own, where no terminal
 * reaches it.
 *
 * <p>Nor does it outlive the JVM. A shell beside it reads from a pipe whose other end the JVM
 * holds; the pipe ends when the JVM lets go of it or dies, by {@code kill -9} too, and then the
 * shell sends the signal that stops the process. So there is one way to stop it, and no shutdown
 * hook, which would run too early.
 *
 * <p>The output of the process comes through another pipe, which ends when the process and all that
 * it started are gone. Thread-safe; the futures complete on a thread of its own.
 */
final class GuardedProcess {

  private static final Logger log = LoggerFactory.getLogger(GuardedProcess.class);
  private static final int LAST_LINES = 10;

  /**
   * Writes down the pid, sets up the guard, waits for the process, tidies up, exits with the code
   * of the process.
   */
  private static final String SCRIPT =
      """
      signal=$1 pidfile=$2 temporary=$3
      shift 3
      exec 3<&0
      "$@" 3<&- </dev/null 2>&1 &
      process=$!
      echo "$process" >"$pidfile"
      {
        read -r end <&3
        [ -z "$temporary" ] || : >"$temporary/asked"
        kill -s "$signal" "$process"
      } >/dev/null 2>&1 </dev/null &
      guard=$!
      exec 3<&-
      wait "$process"
      code=$?
      kill "$guard" 2>/dev/null
      [ -z "$temporary" ] || [ ! -e "$temporary/asked" ] || rm -rf -- "$temporary"
      exit "$code"
      """;

  private final String name;
  private final Process process;
  private final String readyLine;
  private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final Deque<String> lastLines = new ArrayDeque<>(); // its own lock

  private GuardedProcess(String name, Process process, String readyLine) {
    this.name = name;
    this.process = process;
    this.readyLine = readyLine;
  }

  /**
   * Starts a process.
   *
   * @param name for the log
   * @param signal stops the process: {@code TERM}
   * @param pidFile takes its pid, for a later JVM that finds it left over
   * @param temporary a directory to delete when the process was asked to end and has, null for none
   * @param command program and arguments
   * @param readyLine a part of the line that the process writes when it is ready
   * @throws IOException if there is no way to start it
   */
  static GuardedProcess start(
      String name,
      String signal,
      Path pidFile,
      @Nullable Path temporary,
      List<String> command,
      String readyLine)
      throws IOException {
    List<String> all = new ArrayList<>(OwnSession.prefix());
    all.addAll(List.of("/bin/sh", "-c", SCRIPT, name, signal, pidFile.toString()));
    all.add(temporary == null ? "" : temporary.toString());
    all.addAll(command);
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    GuardedProcess guarded = new GuardedProcess(name, process, readyLine);
    Thread reader = new Thread(guarded::read, "output of " + name);
    reader.setDaemon(true);
    reader.start();
    return guarded;
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null) {
        take(line);
        line = output.readLine();
      }
      ended(process.waitFor());
    } catch (IOException e) {
      ended.completeExceptionally(e);
      ready.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ended.completeExceptionally(e);
      ready.completeExceptionally(e);
    }
  }

  private void take(String line) {
    log.debug("{}: {}", name, line);
    synchronized (lastLines) {
      if (lastLines.size() == LAST_LINES) {
        lastLines.removeFirst();
      }
      lastLines.addLast(line);
    }
    if (line.contains(readyLine)) {
      ready.complete(null);
    }
  }

  private void ended(int code) {
    ready.completeExceptionally(new IOException(exitMessage(code)));
    ended.complete(code);
  }

  /** Says how the process ended, with its last lines of output. */
  String exitMessage(int code) {
    return "the server process ended with exit code " + code + ": " + String.join(" | ", last());
  }

  /** The last lines that the process wrote, oldest first. */
  List<String> last() {
    synchronized (lastLines) {
      return List.copyOf(lastLines);
    }
  }

  /** Completes when the process is ready, fails if it ends before. */
  CompletableFuture<@Nullable Void> ready() {
    return ready;
  }

  /** Completes with the exit code when the process and all it started are gone. */
  CompletableFuture<Integer> ended() {
    return ended;
  }

  /** Asks the process to stop, with its signal. Idempotent. */
  void stop() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process and all that it started, at once. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.toHandle().destroyForcibly(); // Process itself would close the output under its reader
  }
}
