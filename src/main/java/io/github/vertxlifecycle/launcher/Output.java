package io.github.vertxlifecycle.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The last lines of a process, written when there is not much time left. */
final class Output {

  private static final Duration MOMENT = Duration.ofMillis(200);

  private Output() {}

  /** Writes to standard output; gives up after a moment, because nobody may be reading. */
  static void print(String text) {
    allInAMoment(() -> write(FileDescriptor.out, text));
  }

  /** Writes to standard error; gives up after a moment, because nobody may be reading. */
  static void complain(String text) {
    allInAMoment(() -> write(FileDescriptor.err, text));
  }

  /** Writes to a file descriptor, past every lock of the streams above it. */
  static void write(FileDescriptor target, String text) {
    FileOutputStream stream = new FileOutputStream(target); // not ours to close
    try {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // there is nobody left to tell
    }
  }

  /** Runs every task on a thread of its own and waits a moment, not longer, for all of them. */
  static void allInAMoment(Runnable... tasks) {
    allWithin(MOMENT, tasks);
  }

  /**
   * Runs every task on a thread of its own and waits for all of them.
   *
   * @return false if not all have ended within the time
   */
  static boolean allWithin(Duration time, Runnable... tasks) {
    List<Thread> threads = new ArrayList<>();
    for (Runnable task : tasks) {
      Thread thread = new Thread(task, "lifecycle-output");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    long until = System.nanoTime() + time.toNanos();
    boolean ended = true;
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      ended &= !thread.isAlive();
    }
    return ended;
  }
}
