package io.github.vertxlifecycle.junit5;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a process writes, line by line, read by a thread for each of its two streams. Thread-safe.
 */
final class ProcessOutput {

  /** Which stream a line came from. */
  enum OutputStreamName {
    OUT,
    ERR
  }

  private record OutputLine(OutputStreamName stream, String text) {}

  private final List<OutputLine> lines = new ArrayList<>(); // guarded by this
  private int open = 2; // streams; guarded by this

  /** Reads what a process writes from now on. */
  static ProcessOutput of(Process process) {
    ProcessOutput output = new ProcessOutput();
    output.read(OutputStreamName.OUT, process.inputReader(StandardCharsets.UTF_8), process.pid());
    output.read(OutputStreamName.ERR, process.errorReader(StandardCharsets.UTF_8), process.pid());
    return output;
  }

  private void read(OutputStreamName stream, BufferedReader reader, long pid) {
    Thread thread = new Thread(() -> read(stream, reader), stream + " of process " + pid);
    thread.setDaemon(true);
    thread.start();
  }

  private void read(OutputStreamName stream, BufferedReader reader) {
    try (reader) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(new OutputLine(stream, line));
      }
    } catch (IOException e) {
      // the process has ended, and its stream was closed
    } finally {
      ended();
    }
  }

  private synchronized void add(OutputLine line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void ended() {
    open--;
    notifyAll();
  }

  /**
   * Waits for a line.
   *
   * @param pattern is looked for in every line, in those that were written before, too
   * @return what was found; null if the output has ended or the time passed without it
   */
  @Nullable Matcher await(Pattern pattern, Duration patience) throws InterruptedException {
    LineSearch search = new LineSearch(pattern);
    awaitUntil(() -> search.find() || open == 0, patience);
    return search.found;
  }

  /** Waits until the process, and whatever it has started, writes no more. */
  void awaitEnd(Duration patience) throws InterruptedException {
    awaitUntil(() -> open == 0, patience);
  }

  /** Whether the process, and whatever it has started, writes no more. */
  synchronized boolean hasEnded() {
    return open == 0;
  }

  /** Waits for something that is to be asked with this lock, for so long at most. */
  private synchronized void awaitUntil(BooleanSupplier done, Duration patience)
      throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    long left = patience.toMillis();
    while (!done.getAsBoolean() && left > 0) {
      wait(left);
      left = (until - System.nanoTime()) / 1_000_000;
    }
  }

  /** Looks at each line once. To be used with the lock. */
  private final class LineSearch {
    private final Pattern pattern;
    private int seen;
    private @Nullable Matcher found;

    LineSearch(Pattern pattern) {
      this.pattern = pattern;
    }

    boolean find() {
      while (found == null && seen < lines.size()) {
        Matcher matcher = pattern.matcher(lines.get(seen++).text());
        found = matcher.find() ? matcher : null;
      }
      return found != null;
    }
  }

  /** All lines of one stream so far. */
  synchronized String of(OutputStreamName stream) {
    return lines.stream()
        .filter(line -> line.stream() == stream)
        .map(line -> line.text() + "\n")
        .collect(Collectors.joining());
  }

  /** All lines so far, in the order in which they were read. */
  @Override
  public synchronized String toString() {
    return lines.stream().map(line -> line.text() + "\n").collect(Collectors.joining());
  }
}
