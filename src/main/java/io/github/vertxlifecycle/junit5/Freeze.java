package io.github.vertxlifecycle.junit5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Processes that SIGSTOP holds: the system goes on taking connections and bytes for them, and
 * nothing answers. Closing lets them go on. For the servers that package {@code devservices} runs.
 */
public final class Freeze implements AutoCloseable {

  private final List<ProcessHandle> frozen;

  private Freeze(List<ProcessHandle> frozen) {
    this.frozen = frozen;
  }

  /**
   * Holds the servers of one kind that this JVM runs, and all their processes.
   *
   * @param program a part of the path of the server's program: {@code postgres}
   * @return what holds them
   * @throws AssertionError if there is no such process
   */
  public static Freeze server(String program) {
    List<ProcessHandle> all =
        ProcessHandle.current()
            .descendants()
            .filter(one -> one.info().command().orElse("").contains(program))
            .toList();
    if (all.isEmpty()) {
      throw new AssertionError(
          "no process of %s to hold; this JVM runs none now".formatted(program));
    }
    Freeze freeze = new Freeze(all);
    freeze.signal(Signal.STOP);
    return freeze;
  }

  private void signal(Signal signal) {
    try {
      GuardedCommand.signal(
          signal.name(), frozen.stream().map(one -> Long.toString(one.pid())).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while sending " + signal, e);
    }
  }

  /** Lets them go on. */
  @Override
  public void close() {
    signal(Signal.CONT);
  }
}
